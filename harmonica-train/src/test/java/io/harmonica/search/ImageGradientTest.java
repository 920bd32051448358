package io.harmonica.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Forecast;
import io.harmonica.plan.TaylorForecast;
import io.harmonica.train.TinyDit;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The gradient that is carried back through a trajectory against differences of whole runs. */
final class ImageGradientTest {
  private static final int STEPS = 6;
  private static final int SAMPLES = 3;

  private static CachePlan changed(CachePlan plan, int step, int branch, int term, float by) {
    return plan.forecasting(
        (s, b, history) -> {
          Forecast forecast = plan.forecast(s, b);
          if (s != step || b != branch) {
            return forecast;
          }
          float[] weights = new float[forecast.terms()];
          for (int i = 0; i < weights.length; i++) {
            weights[i] = forecast.weight(0, i) + (i == term ? by : 0);
          }
          return Forecast.of(weights);
        });
  }

  @Test
  void isThatOfDifferences() {
    try (TinyDit dit = new TinyDit()) {
      SamplingSetup setup = dit.setup(STEPS);
      Random random = new Random(4);
      NDArray noise = Noise.normal(dit.manager, random, setup.batch(SAMPLES));
      Sampler sampler = setup.sampler(0);
      // A history of three for one branch, and a cell computed between two forecasts.
      CachePlan plan =
          CachePlan.of(
                  STEPS, 4, (step, branch) -> step < 2 || (branch == 1 ? step == 3 : step == 4))
              .forecasting(new TaylorForecast(2));
      try (GuidedDenoiser model =
              new GuidedDenoiser(
                  dit.manager,
                  dit.model,
                  setup.conditioning().draw(dit.manager, random, SAMPLES),
                  setup.guidance());
          PlanErrors errors = new PlanErrors(dit.manager, model, sampler, noise)) {
        NDArray full = ImageGradient.full(dit.manager, model, sampler, noise);
        int before = dit.manager.getManagedArrays().size();
        ImageGradient.Result result = ImageGradient.of(
                dit.manager,
                model,
                sampler,
                noise,
                full,
                plan,
                1);
        assertThat(dit.manager.getManagedArrays()).hasSize(before);
        double usual = SampleErrors.median(result.errors());
        assertThat(result.errors())
            .containsExactly(errors.of(plan, List.of()).base(), within(1e-5 * usual));
        float small = 0.02f;
        double largest = 0;
        for (float[] cell : result.weights()) {
          for (int i = 0; cell != null && i < cell.length; i++) {
            largest = Math.max(largest, Math.abs(cell[i]));
          }
        }
        for (int[] at :
            new int[][] {{2, 0, 0}, {3, 0, 1}, {5, 0, 2}, {5, 3, 0}, {2, 1, 1}, {4, 1, 2}}) {
          double up = evenMean(errors, changed(plan, at[0], at[1], at[2], small), usual);
          double down = evenMean(errors, changed(plan, at[0], at[1], at[2], -small), usual);
          double expected = (up - down) / (2 * small);
          assertThat((double) result.weights()[at[0] * 4 + at[1]][at[2]])
              .as("step %d, branch %d, term %d", at[0], at[1], at[2])
              .isCloseTo(expected, within(0.02 * largest));
        }
        assertThat(result.weights()[4 * 4]).as("a computed cell").isNull();
      }
    }
  }

  private static double evenMean(PlanErrors errors, CachePlan plan, double usual) {
    return SampleErrors.evenMean(errors.of(plan, List.of()).base(), usual);
  }

  @Test
  void trainingLowersTheError() throws IOException {
    try (TinyDit dit = new TinyDit()) {
      SamplingSetup setup = dit.setup(STEPS);
      CalibrationBatches batches = new CalibrationBatches(setup, 4, 3);
      CachePlan plan =
          CachePlan.ofSteps(STEPS, 4, step -> step % 2 == 0).forecasting(new TaylorForecast(1));
      ForecastWeights weights = ForecastWeights.of(plan, 2);
      new ForecastTraining(setup, 40, 2, 2, 1).train(dit.manager, weights, 0, now -> {});
      try (PlanErrors others = batches.open(dit.manager, CalibrationBatches.EFFECTS, 77)) {
        assertThat(others.of(weights.plan())).isLessThan(0.8 * others.of(plan));
      }
    }
  }
}
