package io.harmonica.cli;

import io.harmonica.cli.work.ModelOpener;
import io.harmonica.cli.work.OpenModel;
import io.harmonica.work.ProcessWorkers;
import io.harmonica.work.Workers;
import picocli.CommandLine.Option;

/** Over whom a command's work is spread. */
final class WorkersOption {
  @Option(
      names = "--workers",
      paramLabel = "N",
      description =
          "processes of this machine that share the work, each with one thread unless"
              + " OMP_NUM_THREADS says otherwise; else this process alone, or one for each --device")
  private Integer count;

  /** Refuses numbers that are none. */
  void check() {
    if (count != null && count < 1) {
      throw new IllegalArgumentException("--workers is " + count + ", expected at least 1");
    }
  }

  /**
   * Finds who does the work.
   *
   * @param here the model in this process, which stays the caller's
   * @param opener how others open it
   * @param pieces number of pieces, to say when there are fewer than workers
   * @return the workers, which the caller closes
   */
  Workers<OpenModel> open(OpenModel here, ModelOpener opener, int pieces) {
    int devices = opener.devices().names().size();
    if (count == null && devices == 1) {
      return Workers.here(here);
    }
    int workers = count == null ? devices : count;
    if (workers > pieces) {
      System.err.printf(
          "%d pieces of work for %d workers: the others have nothing to do%n", pieces, workers);
    }
    return new ProcessWorkers<>(workers, opener);
  }
}
