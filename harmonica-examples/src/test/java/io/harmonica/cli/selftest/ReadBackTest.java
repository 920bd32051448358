package io.harmonica.cli.selftest;

import static net.bytebuddy.matcher.ElementMatchers.namedOneOf;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.harmonica.kernel.Precision;
import io.harmonica.plan.CachePlan;
import io.harmonica.policy.FullPolicy;
import io.harmonica.policy.IntervalPolicy;
import io.harmonica.train.ImageErrorProxy;
import io.harmonica.train.LambdaRule;
import io.harmonica.train.RouterTrainer;
import io.harmonica.train.RouterTrainerConfig;
import io.harmonica.train.StudentRule;
import io.harmonica.train.TrainingListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.asm.Advice;
import net.bytebuddy.dynamic.loading.ClassReloadingStrategy;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Nothing inside a step waits for the device. Whatever brings a tensor's values to the host is
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
                        "contentEqual",
                        "nonZeros",
                        "booleanMask",
                        "booleanMaskSet")))
        .make()
        .load(JniUtils.class.getClassLoader(), ClassReloadingStrategy.fromInstalledAgent());
  }

  @Test
  void samplingReadsNothingUntilItsEnd() throws IOException {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        SelfTestModel model = new SelfTestModel(manager, Precision.FLOAT32)) {
      for (CachePlan plan :
          List.of(
              model.setup().plan(new FullPolicy()), model.setup().plan(new IntervalPolicy(2)))) {
        List<Integer> afterSteps = new ArrayList<>();
        int before = Counter.calls;
        model.sample(plan, (step, x, bytes) -> afterSteps.add(Counter.calls - before));
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

  private static int readsOfTraining(int steps) throws IOException {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        SelfTestModel model = new SelfTestModel(manager, Precision.FLOAT32)) {
      RouterTrainerConfig config =
          new RouterTrainerConfig(
              1,
              1,
              0.01,
              1e-6,
              0.5,
              steps,
              ImageErrorProxy.LEAVE_ONE_OUT,
              LambdaRule.UNIFORM,
              StudentRule.BLEND,
              Optional.empty(),
              0);
      int before = Counter.calls;
      new RouterTrainer(model.setup().withSteps(steps), config)
          .train(manager, TrainingListener.NONE);
      return Counter.calls - before;
    }
  }
}
