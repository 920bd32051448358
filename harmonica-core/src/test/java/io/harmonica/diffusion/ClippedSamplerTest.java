package io.harmonica.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;

/** Steps of samplers that clip the predicted x_0, by hand. */
final class ClippedSamplerTest {
  private static final Shape SHAPE = new Shape(1, 1, 1, 3);

  private static float[] step(Trajectory trajectory, NDManager manager, float... output) {
    try (NDArray made = manager.create(output, SHAPE)) {
      trajectory.advance(made);
    }
    return trajectory.x().toFloatArray();
  }

  /** The noise is what is left of x when the clipped x_0 is taken out of it. */
  @Test
  void ddimTakesTheNoiseFromTheClippedImage() {
    StepSchedule schedule = NoiseSchedule.linear().respace(4);
    NoiseLevel now = schedule.level(0);
    NoiseLevel after = schedule.level(1);
    double alpha = now.alpha();
    try (NDManager manager = NDManager.newBaseManager();
        NDArray start = manager.create(new float[] {3, -3, (float) (0.5 * alpha)}, SHAPE);
        Trajectory trajectory =
            new DdimSampler(schedule, true).start(manager, start, Prediction.NOISE)) {
      float far = (float) (after.alpha() + after.sigma() * (3 - alpha) / now.sigma());
      assertThat(step(trajectory, manager, 0, 0, 0))
          .usingComparatorWithPrecision(1e-5f)
          .containsExactly(far, -far, (float) (0.5 * after.alpha()));
    }
  }

  @Test
  void theVelocityIsThatOfTheClippedImage() {
    try (NDManager manager = NDManager.newBaseManager();
        NDArray start = manager.create(new float[] {2, -2, 0.5f}, SHAPE);
        Trajectory trajectory =
            new EulerSampler(4, true).start(manager, start, Prediction.VELOCITY)) {
      // x_0 of 5 and 0.75 at t = 0, where x is all noise: velocities 1 - 2 and 0.25.
      assertThat(step(trajectory, manager, 3, -3, 0.25f))
          .usingComparatorWithPrecision(1e-5f)
          .containsExactly(1.75f, -1.75f, 0.5625f);
      // At t = 1/4, x_0 of 1.75 + 3 x 3/4 is clipped to 1; the noise is (1.75 - 1/4) / (3/4) = 2.
      assertThat(step(trajectory, manager, 3, -3, 0.25f))
          .usingComparatorWithPrecision(1e-5f)
          .containsExactly(1.5f, -1.5f, 0.625f);
    }
  }
}
