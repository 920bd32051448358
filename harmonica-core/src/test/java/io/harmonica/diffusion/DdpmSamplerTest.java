package io.harmonica.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DdpmSamplerTest {
  private static final GaussianToy TOY = new GaussianToy(-0.5, 0.6);
  private static final int STEPS = 8;
  private static final StepSchedule SCHEDULE = NoiseSchedule.linear().respace(STEPS);

  private static double deviation(boolean learned) {
    try (NDManager manager = NDManager.newBaseManager()) {
      Sampler sampler = new DdpmSampler(SCHEDULE, false, StepNoise.seeded(1));
      NDArray noise = Noise.normal(manager, new Random(2), new Shape(1, 1, 128, 128));
      Trajectory trajectory = sampler.start(manager, noise, Prediction.NOISE);
      for (int step = 0; step < STEPS; step++) {
        double now = SCHEDULE.alphaBar(step);
        double after = SCHEDULE.alphaBarAfter(step);
        NDArray x = trajectory.x().duplicate();
        trajectory.advance(learned ? TOY.noiseAndVariance(x, now, after) : TOY.noise(x, now));
      }
      NDArray x = trajectory.x();
      double mean = x.mean().getFloat();
      assertThat(mean).isCloseTo(TOY.mean(), within(0.02));
      return Math.sqrt(x.sub(mean).square().mean().getFloat());
    }
  }

  @Test
  void learnedVarianceMakesFewStepsExact() {
    assertThat(deviation(true)).isCloseTo(TOY.deviation(), within(0.02));
    assertThat(deviation(false)).isLessThan(TOY.deviation() - 0.1);
  }

  /** Whatever variance the model asks for: nothing is left to be unsure of. */
  @Test
  void theLastStepAddsNoNoise() {
    StepSchedule single = NoiseSchedule.linear().respace(1);
    NoiseLevel level = single.level(0);
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray start = manager.create(new float[] {0.5f, -0.25f}, new Shape(1, 1, 1, 2));
      Trajectory trajectory =
          new DdpmSampler(single, false, StepNoise.seeded(1))
              .start(manager, start, Prediction.NOISE);
      NDArray noise = start.mul(0.5f);
      trajectory.advance(noise.concat(noise.onesLike(), 1));
      // x_0 = (x - sigma eps) / alpha, with eps half of x.
      double factor = (1 - 0.5 * level.sigma()) / level.alpha();
      assertThat(trajectory.x().toFloatArray())
          .usingComparatorWithPrecision((float) (1e-5 * factor))
          .containsExactly((float) (0.5 * factor), (float) (-0.25 * factor));
    }
  }

  @Test
  void clippingBoundsTheResult() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray start = Noise.normal(manager, new Random(2), new Shape(1, 1, 8, 8));
      Trajectory trajectory =
          new DdpmSampler(SCHEDULE, true, StepNoise.seeded(1))
              .start(manager, start, Prediction.NOISE);
      for (int step = 0; step < STEPS; step++) {
        trajectory.advance(start.mul(3));
      }
      assertThat(trajectory.x().abs().max().getFloat()).isLessThanOrEqualTo(1);
    }
  }

  @Test
  void outputsOfAnotherWidthAreRefused() {
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray start = manager.zeros(new Shape(1, 4, 2, 2));
      Trajectory trajectory =
          new DdpmSampler(SCHEDULE, false, StepNoise.seeded(1))
              .start(manager, start, Prediction.NOISE);
      assertThatThrownBy(() -> trajectory.advance(manager.zeros(new Shape(1, 5, 2, 2))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("has 5 channels for samples of 4, expected 4, or 8");
      assertThat(trajectory.step()).isZero();
    }
  }
}
