package io.harmonica.cli.selftest;

import static net.bytebuddy.matcher.ElementMatchers.named;
import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.Matrices;
import io.harmonica.kernel.Precision;
import io.harmonica.plan.CachePlan;
import io.harmonica.policy.FullPolicy;
import io.harmonica.policy.IntervalPolicy;
import io.harmonica.train.LambdaRule;
import io.harmonica.train.RouterTrainer;
import io.harmonica.train.RouterTrainerConfig;
import io.harmonica.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.dynamic.loading.ClassReloadingStrategy;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing inside a step waits for the device. Whatever brings values to the host or from it is
 * counted where it enters the engine, which on a GPU is where the queue would be drained.
 */
final class ReadBackTest {

  /** Counts calls; woven into the engine, so it must be public. */
  public static final class Counter {
    /** Calls so far. */
    public static volatile int calls;

    private Counter() {}

    /** Runs at the start of each counted method. */
    @Advice.OnMethodEnter
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread computes
    public static void enter() {
      calls++;
    }
  }

  /** Counts what is sent from the host, which a GPU does not do beside its work. */
  public static final class Sends {
    /** Calls so far. */
    public static volatile int calls;

    private Sends() {}

    /** Runs at the start of the counted method. */
    @Advice.OnMethodEnter
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread computes
    public static void enter() {
      calls++;
    }
  }

  /** Leaves what the engine leaves when it reads an array of a GPU; woven into it as well. */
  public static final class Leftover {
    /** Whether to. */
    public static volatile boolean wanted;

    private Leftover() {}

    /**
     * Runs at the start of a read.
     *
     * @param array the array: its copy on the host comes under a manager of its own
     */
    @Advice.OnMethodEnter
    public static void enter(@Advice.Argument(0) PtNDArray array) {
      if (wanted) {
        leave(array);
      }
    }

    /**
     * Leaves a copy.
     *
     * @param array the array that is read
     */
    public static void leave(PtNDArray array) {
      array.duplicate().attach(array.getManager().newSubManager(Device.cpu()));
    }
  }

  @AfterEach
  void leaveNothing() {
    Leftover.wanted = false;
  }

  @BeforeAll
  static void count() {
    ByteBuddyAgent.install();
    new ByteBuddy()
        .redefine(JniUtils.class)
        .visit(
            Advice.to(Counter.class)
                .on(
                    namedOneOf(
                        "getByteBuffer",
                        "clip",
                        "contentEqual",
                        "nonZeros",
                        "booleanMask",
                        "booleanMaskSet")))
        .visit(Advice.to(Sends.class).on(named("createNdFromByteBuffer")))
        .visit(Advice.to(Leftover.class).on(named("getByteBuffer")))
        .make()
        .load(JniUtils.class.getClassLoader(), ClassReloadingStrategy.fromInstalledAgent());
  }

  @Test
  void samplingReadsNothingUntilItsEnd() throws IOException {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        SelfTestModel model = new SelfTestModel(manager, Precision.FLOAT32)) {
      // What calls its methods is made with the first calls.
      model.forward();
      for (CachePlan plan :
          List.of(
              model.setup().plan(new FullPolicy()), model.setup().plan(new IntervalPolicy(2)))) {
        List<Integer> afterSteps = new ArrayList<>();
        int before = Counter.calls;
        int sent = Sends.calls;
        model.sample(
            plan, (step, x, bytes) -> afterSteps.add(Counter.calls - before + Sends.calls - sent));
        assertThat(afterSteps).hasSize(SelfTestModel.STEPS).containsOnly(0);
        // The counter works: x_0 itself is read once.
        assertThat(Counter.calls - before).isEqualTo(1);
      }
    }
  }

  /** One trajectory of training hands over its errors and its gradients once, at its end. */
  @Test
  void trainingReadsTwiceATrajectory() throws IOException {
    int few = readsOfTraining(4);
    assertThat(readsOfTraining(8)).as("more steps, no more reads").isEqualTo(few);
  }

  /** On a GPU each read makes a copy on the host. None may outlive what was read for. */
  @Test
  void readingLeavesNothingBehind(@TempDir Path folder) throws IOException {
    Leftover.wanted = true;
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        SelfTestModel model = new SelfTestModel(manager, Precision.FLOAT32)) {
      int held = model.arrays();
      model.sample(model.setup().plan(new IntervalPolicy(5)));
      assertThat(model.arrays()).as("the self-test's samples").isEqualTo(held);
      NDArray array = manager.ones(new Shape(3, 2));
      int before = manager.getManagedArrays().size();
      new SafetensorsWriter().put("array", array).write(folder.resolve("array.safetensors"));
      assertThat(manager.getManagedArrays()).as("writing a file").hasSize(before);
      assertThat(Matrices.values(array)).hasSize(6).containsOnly(1);
      assertThat(manager.getManagedArrays()).as("reading values").hasSize(before);
      array.toFloatArray();
      assertThat(manager.getManagedArrays()).as("the leftover is real").hasSize(before + 1);
    }
  }

  private static int readsOfTraining(int steps) throws IOException {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        SelfTestModel model = new SelfTestModel(manager, Precision.FLOAT32)) {
      RouterTrainerConfig config =
          RouterTrainerConfig.paper()
              .withTrajectories(1)
              .withBatch(1)
              .withThreshold(0.5)
              .withRefreshSteps(steps)
              .withLambda(LambdaRule.UNIFORM);
      int before = Counter.calls;
      new RouterTrainer(model.setup().withSteps(steps), config)
          .train(manager, TrainingListener.NONE);
      return Counter.calls - before;
    }
  }
}
