package io.harmonica.cli;

import io.harmonica.cli.work.ModelOpener;
import io.harmonica.cli.work.OpenModel;
import io.harmonica.work.Cluster;
import io.harmonica.work.ProcessWorkers;
import io.harmonica.work.Workers;
import java.io.IOException;
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

  @Option(
      names = "--spark",
      paramLabel = "MASTER",
      description =
          "share the work out on this Spark cluster, for example spark://host:7077; spark-submit"
              + " says it without this option")
  private String master = System.getProperty("spark.master");

  /** Refuses numbers that are none. */
  void check() {
    if (count != null && count < 1) {
      throw new IllegalArgumentException("--workers is " + count + ", expected at least 1");
    }
    if (count != null && master != null) {
      throw new IllegalArgumentException(
          "give either --workers or --spark: a cluster has its own number of workers");
    }
  }

  /**
   * Finds who does the work.
   *
   * @param here the model in this process, which stays the caller's
   * @param opener how others open it
   * @param pieces number of pieces, to say when there are fewer than workers
   * @return the workers, which the caller closes
   * @throws IOException if the cluster does not answer
   */
  Workers<OpenModel> open(OpenModel here, ModelOpener opener, int pieces) throws IOException {
    if (master != null) {
      return Cluster.named("spark").workers(master, opener);
    }
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
