package io.harmonica.cli;

import io.harmonica.cli.compare.OpenStudy;
import io.harmonica.cli.compare.StudyOpener;
import io.harmonica.cli.work.Devices;
import io.harmonica.cli.work.ModelOpener;
import io.harmonica.cli.work.ModelSpec;
import io.harmonica.work.Cluster;
import io.harmonica.work.Foresight;
import io.harmonica.work.Opener;
import io.harmonica.work.ProcessWorkers;
import io.harmonica.work.WorkRecord;
import io.harmonica.work.Workers;
import java.io.IOException;
import java.util.Optional;
import java.util.stream.IntStream;
import picocli.CommandLine.Option;

/** Over whom a command's work is spread. */
final class WorkersOption {
  private final long began = System.nanoTime();

  /** Whoever works; null if this process does everything. */
  private Workers<?> working;

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
  private String master;

  /** The master, which spark-submit tells by a property; null without Spark. */
  private String cluster() {
    return master == null ? System.getProperty("spark.master") : master;
  }

  /** Tells whether the workers may be on other machines. */
  boolean onCluster() {
    return cluster() != null;
  }

  /** Tells whether somebody is to share the work. */
  boolean given(Devices devices) {
    return count != null || cluster() != null || devices.names().size() > 1;
  }

  /** Refuses numbers that are none. */
  void check() {
    if (count != null && count < 1) {
      throw new IllegalArgumentException("--workers is " + count + ", expected at least 1");
    }
    if (count != null && cluster() != null) {
      throw new IllegalArgumentException(
          "give either --workers or --spark: a cluster has its own number of workers");
    }
  }

  /**
   * Finds who else does the work.
   *
   * @param devices what they may compute on
   * @param opener how each opens its bench
   * @param <C> the bench
   * @return the workers, which the caller closes; nobody if this process does all of it
   * @throws IOException if the cluster does not answer
   */
  <C extends AutoCloseable> Optional<Workers<C>> others(Devices devices, Opener<C> opener)
      throws IOException {
    if (!given(devices)) {
      return Optional.empty();
    }
    Workers<C> workers =
        cluster() == null
            ? new ProcessWorkers<>(count(devices), opener)
            : Cluster.named("spark").workers(cluster(), opener);
    working = workers;
    return Optional.of(workers);
  }

  private int count(Devices devices) {
    return count == null ? devices.names().size() : count;
  }

  /** Finds how the model is opened. */
  @FunctionalInterface
  interface Model {
    ModelSpec spec() throws IOException;
  }

  /**
   * Finds who else works on a comparison or an ablation.
   *
   * @param devices what they may compute on
   * @param model how they open the model; not asked if nobody is to share the work
   * @param sampling the run
   * @param asked the samples
   * @param pieces how many there are
   * @return the workers, which the caller closes; null if this process does all of it, which a
   *     try-with-resources takes
   * @throws IOException if the cluster does not answer
   */
  Workers<OpenStudy> ofStudy(
      Devices devices,
      Model model,
      SamplingOptions sampling,
      SampleSetOptions.Asked asked,
      int pieces)
      throws IOException {
    if (!given(devices)) {
      return null;
    }
    noteIdle(devices, pieces);
    ModelOpener opener = ModelOpener.of(model.spec(), asked.pipeline(), devices);
    return others(
            devices,
            new StudyOpener(opener, sampling.spec(), asked.subjects().count(), asked.labels()))
        .orElse(null);
  }

  /** Says that more were asked for than there is work for. */
  void noteIdle(Devices devices, int pieces) {
    int workers = count(devices);
    if (cluster() == null && workers > pieces) {
      System.err.printf(
          "%d pieces of work for %d workers: the others have nothing to do%n", pieces, workers);
    }
  }

  /** Says at a command's end what its pieces took, and what they would take with more workers. */
  void foresee() {
    WorkRecord record = working == null ? null : working.record();
    if (record == null || record.rounds().isEmpty()) {
      return;
    }
    double command = (System.nanoTime() - began) / 1e9;
    System.err.printf(
        "%d pieces took %.1f s, a worker's start %.1f s, the whole command %.1f s (workers: %d)%n",
        record.pieces(), record.work(), record.start(), command, record.workers());
    IntStream.of(record.workers(), 2 * record.workers(), 8, 64)
        .distinct()
        .sorted()
        .mapToObj(workers -> Foresight.of(record, command - record.seconds(), workers))
        .forEach(foreseen -> System.err.println("foreseen with " + foreseen));
  }
}
