package io.harmonica.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.diffusion.Sampler;
import io.harmonica.plan.CachePlan;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One trajectory's student against sampling. */
final class SdtTrajectoryTest {
  private static final int STEPS = 5;
  private static final double TAU = 0.5;

  private final Sampler sampler = new DdimSampler(NoiseSchedule.linear().respace(STEPS), false);
  private TinyDit dit;
  private NDManager manager;
  private GuidedDenoiser model;
  private NDArray noise;

  @BeforeEach
  void open() {
    dit = new TinyDit();
    manager = dit.manager;
    model = new GuidedDenoiser(manager, dit.model, dit.model.condition(manager, 3, 7), guidance());
    noise = Noise.normal(manager, new Random(8), new Shape(2, 4, 8, 8));
  }

  private static Guidance guidance() {
    return new Guidance(1.5, 3);
  }

  @AfterEach
  void close() {
    model.close();
    dit.close();
  }

  private float[] sample(CachePlan plan) {
    return DenoisingLoop.sample(manager, model, sampler, plan, noise, DenoisingLoop.Listener.NONE)
        .toFloatArray();
  }

  private SdtResult train(
      TrainableRouter router, StudentRule rule, double beta, float[][] samples) {
    float[] ones = new float[STEPS];
    Arrays.fill(ones, 1);
    return new SdtTrajectory(
            model, sampler, router, new SdtObjective(ones, beta, router.branches(), TAU, rule))
        .run(manager, noise, (step, x) -> samples[step] = x.toFloatArray());
  }

  /** Up to rounding: with gradients the linear layers are other code. */
  private static void assertClose(float[] actual, float[] expected) {
    float worst = 0;
    float largest = 0;
    for (int i = 0; i < expected.length; i++) {
      worst = Math.max(worst, Math.abs(actual[i] - expected[i]));
      largest = Math.max(largest, Math.abs(expected[i]));
    }
    assertThat(worst).isLessThan(1e-5f * largest);
  }

  @Test
  void hardStudentSamplesAsInference() {
    TrainableRouter router = TrainableRouter.random(STEPS, 4, new Random(6));
    CachePlan plan = router.plan(TAU);
    assertThat(plan.cacheUtilisation()).isBetween(0.2, 0.6);
    float[][] samples = new float[STEPS][];
    train(router, StudentRule.HARD, 0, samples);
    float[] cached = sample(plan);
    assertClose(samples[STEPS - 1], cached);
    // The plan matters: without a cache the image is another one.
    float[] full = sample(CachePlan.ofSteps(STEPS, 4, step -> true));
    double change = 0;
    for (int i = 0; i < full.length; i++) {
      change = Math.max(change, Math.abs(full[i] - cached[i]));
    }
    assertThat(change).isGreaterThan(1e-3);
  }

  @Test
  void hardStudentThatComputesEverythingMakesNoError() {
    float[][] limits = new float[STEPS][4];
    for (float[] row : limits) {
      Arrays.fill(row, 1);
    }
    float[][] samples = new float[STEPS][];
    SdtResult result = train(TrainableRouter.of(limits), StudentRule.HARD, 0, samples);
    for (float error : result.error()) {
      assertThat(error).isLessThan(1e-10f);
    }
    assertClose(samples[STEPS - 1], sample(CachePlan.ofSteps(STEPS, 4, step -> true)));
  }

  @Test
  void blendedStudentIsNeitherFullNorCached() {
    TrainableRouter router = TrainableRouter.random(STEPS, 4, new Random(6));
    float[][] samples = new float[STEPS][];
    SdtResult result = train(router, StudentRule.BLEND, 0, samples);
    assertThat(samples[STEPS - 1]).isNotEqualTo(sample(router.plan(TAU)));
    assertThat(result.error()[0]).isZero();
    for (int step = 1; step < STEPS; step++) {
      assertThat(result.error()[step]).isPositive();
      assertThat(result.loss()[step]).isEqualTo(result.error()[step]);
    }
  }

  @Test
  void priceOfComputingIsInTheLossAndItsGradient() {
    // At logit 0: r = 1/2 and dr/dlogit = 1/4, so beta = 2 adds 4 x 2 / 2 and slopes of 2 / 4.
    TrainableRouter router = TrainableRouter.of(new float[STEPS][4]);
    SdtResult free = train(router, StudentRule.BLEND, 0, new float[STEPS][]);
    SdtResult dear = train(router, StudentRule.BLEND, 2, new float[STEPS][]);
    for (int step = 1; step < STEPS; step++) {
      assertThat(dear.error()[step]).isEqualTo(free.error()[step]);
      assertThat(dear.loss()[step] - free.loss()[step]).isCloseTo(4, within(1e-5f));
      for (int branch = 0; branch < 4; branch++) {
        assertThat(dear.gradient()[step][branch] - free.gradient()[step][branch])
            .isCloseTo(0.5f, within(1e-5f));
      }
    }
    assertThat(dear.gradient()[0]).containsOnly(0);
  }
}
