package io.harmonica.spark;

import io.harmonica.files.AtomicFiles.IOConsumer;
import io.harmonica.work.Opener;
import io.harmonica.work.Piece;
import io.harmonica.work.Workers;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.SimpleFutureAction;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import scala.collection.immutable.Seq;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.BoxedUnit;

/**
 * Spark's executors. A piece that dies with its executor is tried again by Spark, as often as
 * {@code spark.task.maxFailures} says.
 *
 * @param <C> the bench that each executor opens
 */
final class SparkWorkers<C extends AutoCloseable> extends Workers<C> {
  private static final String CORES = "spark.executor.cores";
  private static final String TASK_CORES = "spark.task.cpus";

  private final JavaSparkContext spark;
  private final Opener<? extends C> opener;
  private final String id = UUID.randomUUID().toString();

  private SparkWorkers(JavaSparkContext spark, Opener<? extends C> opener) {
    this.spark = spark;
    this.opener = opener;
  }

  static <C extends AutoCloseable> SparkWorkers<C> start(
      String master, Opener<? extends C> opener) {
    SparkConf conf = settings(new SparkConf().setMaster(master));
    try {
      return new SparkWorkers<>(new JavaSparkContext(conf), opener);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "Spark does not start on the master %s: %s".formatted(master, firstLine(e)), e);
    }
  }

  /** What Spark was not told: one task at a time in an executor, with as many threads as cores. */
  static SparkConf settings(SparkConf conf) {
    conf.setIfMissing("spark.app.name", "HarmoniCa");
    conf.setIfMissing(CORES, conf.get(TASK_CORES, "1"));
    conf.setIfMissing(TASK_CORES, conf.get(CORES));
    conf.setIfMissing("spark.executorEnv.OMP_NUM_THREADS", conf.get(TASK_CORES));
    conf.setIfMissing("spark.executorEnv.OMP_WAIT_POLICY", "PASSIVE");
    // A task is minutes of work, and all of them are alike: waiting for a nearer place gains
    // nothing.
    conf.setIfMissing("spark.locality.wait", "0");
    if (!conf.contains("spark.jars")) {
      // Without spark-submit nobody sends our classes: they lie at the same place everywhere.
      conf.setIfMissing("spark.executor.extraClassPath", classPath());
    }
    return conf;
  }

  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  @Override
  protected <R> void spread(List<? extends Piece<? super C, R>> pieces, IOConsumer<Done<R>> taker)
      throws IOException {
    if (pieces.isEmpty()) {
      return;
    }
    BlockingQueue<Done<R>> done = new LinkedBlockingQueue<>();
    SimpleFutureAction<BoxedUnit> job = submit(pieces, done);
    int left = pieces.size();
    try {
      while (left > 0) {
        Done<R> next = done.poll(1, TimeUnit.SECONDS);
        if (next != null) {
          taker.accept(next);
          left--;
        } else {
          requireLife(job);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while a cluster was at work");
    } finally {
      job.cancel();
    }
  }

  private <R> SimpleFutureAction<BoxedUnit> submit(
      List<? extends Piece<? super C, R>> pieces, BlockingQueue<Done<R>> done) {
    spark.setJobGroup(id, "pieces of work", true);
    Seq<Object> all =
        CollectionConverters.asScala(
                IntStream.range(0, pieces.size()).<Object>mapToObj(Integer::valueOf).toList())
            .toSeq();
    return spark
        .sc()
        .submitJob(
            // A partition for each piece, which therefore has the piece's number.
            spark.parallelize(List.<Piece<? super C, R>>copyOf(pieces), pieces.size()).rdd(),
            new PieceTask<C, R>(id, opener),
            all,
            (number, outcome) -> {
              done.add(Done.now((Integer) number, outcome));
              return BoxedUnit.UNIT;
            },
            () -> BoxedUnit.UNIT);
  }

  private static void requireLife(SimpleFutureAction<BoxedUnit> job) throws IOException {
    if (job.isCompleted() && job.value().get().isFailure()) {
      Throwable failure = job.value().get().failed().get();
      throw new IOException("Spark gave the work up: " + firstLine(failure), failure);
    }
  }

  private static String firstLine(Throwable failure) {
    String message = failure.getMessage();
    return message == null
        ? failure.toString()
        : message.lines().findFirst().orElseGet(failure::toString);
  }

  @Override
  public void close() {
    // Stopping takes its time even where the thread has been told to hurry.
    boolean interrupted = Thread.interrupted();
    spark.stop();
    PieceTask.release(id);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
