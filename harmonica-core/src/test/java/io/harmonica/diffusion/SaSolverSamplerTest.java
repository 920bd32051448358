package io.harmonica.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SaSolverSamplerTest {

  /** With a single image as data, x is that image and noise of a known amount, whatever tau is. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.5, 1, 2})
  void noiseAddedMakesUpForTheNoiseTaken(double tau) {
    GaussianToy image = new GaussianToy(0.7, 0);
    StepSchedule schedule = NoiseSchedule.linear().respace(12, TimestepSpacing.LINSPACE);
    var settings = new SaSolverSampler.Settings(2, 3, time -> tau);
    Sampler sampler = new SaSolverSampler(schedule, settings, false, StepNoise.seeded(1));
    try (NDManager manager = NDManager.newBaseManager()) {
      double a = schedule.alphaBar(0);
      NDArray noise =
          Noise.normal(manager, new Random(2), new Shape(1, 1, 128, 128))
              .mul(Math.sqrt(1 - a))
              .add(Math.sqrt(a) * image.mean());
      Trajectory trajectory = sampler.start(manager, noise, Prediction.NOISE);
      for (int step = 0; step < 12; step++) {
        image.run(sampler, trajectory, step + 1);
        double after = schedule.alphaBarAfter(step);
        NDArray rest = trajectory.x().sub(Math.sqrt(after) * image.mean());
        double deviation = Math.sqrt(rest.square().mean().getFloat());
        assertThat(deviation).isCloseTo(Math.sqrt(1 - after), within(0.02));
      }
      assertThat(trajectory.x().sub(image.mean()).abs().max().getFloat()).isLessThan(1e-5f);
    }
  }

  @Test
  void standardSettingsAddNoiseInTheMiddle() {
    var settings = SaSolverSampler.Settings.standard();
    assertThat(settings.tau().applyAsDouble(0.199)).isZero();
    assertThat(settings.tau().applyAsDouble(0.2)).isEqualTo(1);
    assertThat(settings.tau().applyAsDouble(0.8)).isEqualTo(1);
    assertThat(settings.tau().applyAsDouble(0.801)).isZero();
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 0", "5, 1", "1, 5"})
  void ordersOutOfRangeAreRefused(int predictor, int corrector) {
    assertThatThrownBy(() -> new SaSolverSampler.Settings(predictor, corrector, time -> 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected 1 to 4");
  }
}
