package io.harmonica.cli.bench;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.selftest.EngineVariables;
import io.harmonica.cli.work.Devices;
import io.harmonica.dit.RunnableDit;
import io.harmonica.kernel.Precision;
import io.harmonica.plan.CachePlan;
import io.harmonica.train.LambdaRule;
import io.harmonica.train.RouterTrainer;
import io.harmonica.train.RouterTrainerConfig;
import io.harmonica.train.StudentRule;
import io.harmonica.train.TrainableRouter;
import io.harmonica.train.TrainingListener;
import io.harmonica.train.TrainingProgress;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A process that measures its own memory, started anew for every measurement. Prints numbers of
 * bytes, one a line, each behind {@link #MARK}.
 */
final class MemoryProbe {
  /** What a line with a number begins with. */
  static final String MARK = "bytes ";

  private MemoryProbe() {}

  /**
   * Measures.
   *
   * @param arguments {@code peak MODEL T DEVICE}, or {@code growth TRAJECTORIES T DEVICE}
   * @throws IOException if the memory cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    EngineVariables.ofProcess().prepare();
    int number = Integer.parseInt(arguments[2]);
    try (NDManager manager = NDManager.newBaseManager(Devices.device(arguments[3]), "PyTorch")) {
      if ("peak".equals(arguments[0])) {
        peak(manager, BenchModel.valueOf(arguments[1]), number);
      } else {
        growth(manager, Integer.parseInt(arguments[1]), number);
      }
    }
    System.exit(0);
  }

  private static void say(long bytes) {
    System.out.println(MARK + bytes);
  }

  /** What sampling added at its peak; then weights, cache and activations by their shapes. */
  private static void peak(NDManager manager, BenchModel model, int steps) throws IOException {
    try (Subject<RunnableDit> warm = Subject.open(manager, BenchModel.BUNDLED, Precision.FLOAT32)) {
      // Brings the engine's code into memory, which is not what is asked for.
      warm.sample(alternating(2, warm));
    }
    System.gc();
    long before = ResidentMemory.now();
    try (Subject<RunnableDit> subject = Subject.open(manager, model, Precision.FLOAT32)) {
      System.gc();
      ResidentMemory.forgetPeak();
      long[] cache = new long[1];
      subject.sample(
          alternating(steps, subject), (step, x, bytes) -> cache[0] = Math.max(cache[0], bytes));
      say(ResidentMemory.peak() - before);
      say(
          subject.runnable().model().weights().values().stream()
              .mapToLong(weight -> weight.size() * Float.BYTES)
              .sum());
      say(cache[0]);
      say(subject.runnable().model().config().footprint().activationBytes(2L * Subject.BATCH));
    }
  }

  private static CachePlan alternating(int steps, Subject<?> subject) {
    int branches = subject.model().layout().branches();
    return CachePlan.ofSteps(steps, branches, step -> step % 2 == 0);
  }

  /** Resident memory after every trajectory of a router's training. */
  private static void growth(NDManager manager, int trajectories, int steps) throws IOException {
    try (Subject<RunnableDit> subject =
        Subject.open(manager, BenchModel.BUNDLED, Precision.FLOAT32)) {
      RouterTrainerConfig config =
          RouterTrainerConfig.paper()
              .withTrajectories(trajectories)
              .withBatch(Subject.BATCH)
              .withBeta(1e-6)
              .withRefreshSteps(10 * steps)
              .withLambda(LambdaRule.CALIBRATED)
              .withStudent(StudentRule.HARD);
      new RouterTrainer(subject.setup(steps), config)
          .train(
              manager,
              new TrainingListener() {
                @Override
                public void afterTrajectory(TrainingProgress progress, TrainableRouter router) {
                  try {
                    say(ResidentMemory.now());
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                }
              });
    }
  }
}
