package io.harmonica.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.Denoiser;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.diffusion.SampleBatch;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.Samplers;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Forecast;
import io.harmonica.plan.TaylorForecast;
import io.harmonica.train.TinyDit;
import io.harmonica.train.WatchedDenoiser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gradient that is carried back through a trajectory against differences of whole runs. */
final class ImageGradientTest {
  private static final int STEPS = 6;
  private static final int SAMPLES = 3;

  /** Changes one weight; a half's own, or both halves'. */
  private static CachePlan changed(CachePlan plan, int[] at, float by) {
    return plan.forecasting(
        (s, b, history) -> {
          Forecast forecast = plan.forecast(s, b);
          if (s != at[0] || b != at[1]) {
            return forecast;
          }
          float[][] weights = new float[2][forecast.terms()];
          for (int half = 0; half < 2; half++) {
            for (int i = 0; i < forecast.terms(); i++) {
              weights[half][i] = forecast.weight(half, i) + (half == at[2] && i == at[3] ? by : 0);
            }
          }
          return Forecast.ofHalves(weights[0], weights[1]);
        });
  }

  /** One sampler without a memory, two with one, and one that reads a learned variance. */
  @ParameterizedTest
  @ValueSource(strings = {"ddim", "dpmpp", "sa", "ddpm"})
  void isThatOfDifferences(String name) {
    try (TinyDit dit = new TinyDit()) {
      SamplingSetup setup = dit.setup(STEPS);
      Random random = new Random(4);
      NDArray noise = Noise.normal(dit.manager, random, setup.batch(SAMPLES));
      Sampler sampler = Samplers.parse(name, NoiseSchedule.linear(), STEPS, false, 3);
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
        ImageGradient.Result result =
            ImageGradient.of(dit.manager, model, sampler, noise, full, plan, 2);
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
        // Step, branch, half, term.
        for (int[] at :
            new int[][] {
              {2, 0, 0, 0}, {3, 0, 1, 1}, {5, 0, 0, 2}, {5, 3, 1, 0}, {2, 1, 0, 1}, {4, 1, 0, 2}
            }) {
          double up = objective(errors, changed(plan, at, small), usual);
          double down = objective(errors, changed(plan, at, -small), usual);
          double expected = (up - down) / (2 * small);
          float[] found = result.weights()[at[0] * 4 + at[1]];
          assertThat((double) found[at[2] * found.length / 2 + at[3]])
              .as("step %d, branch %d, half %d, term %d", at[0], at[1], at[2], at[3])
              .isCloseTo(expected, within(0.02 * largest));
        }
        assertThat(result.weights()[4 * 4]).as("a computed cell").isNull();
      }
    }
  }

  private static double objective(PlanErrors errors, CachePlan plan, double usual) {
    return ImageGradient.objective(errors.of(plan, List.of()).base(), usual);
  }

  /** How many arrays live when the first step, the last on the way back, runs again. */
  private static int kept(TinyDit dit, IntPredicate computed) {
    List<Integer> counts = new ArrayList<>();
    Denoiser counting =
        new WatchedDenoiser(
            dit.model,
            (x, time, conditioning) -> counts.add(dit.manager.getManagedArrays().size()));
    SamplingSetup setup = dit.setup(counting, TinyDit.IDENTITY, STEPS);
    try (NDManager scope = dit.manager.newSubManager()) {
      SampleBatch batch = SampleBatch.draw(setup, scope, new Random(4), SAMPLES);
      CachePlan plan = CachePlan.ofSteps(STEPS, 4, computed).forecasting(new TaylorForecast(0));
      ImageGradient.of(
          scope, batch.model(), batch.sampler(), batch.noise(), batch.noise(), plan, 1);
    }
    return counts.get(counts.size() - 1);
  }

  @Test
  void keepsOneSumForEachOutputAndNoOutputBehindItsStep() {
    try (TinyDit dit = new TinyDit()) {
      int nothing = kept(dit, step -> true);
      // The first step's outputs, of which every other step takes a part, and their adjoints.
      assertThat(kept(dit, step -> false) - nothing).isEqualTo(2 * 4);
      // Those of all other computed steps are gone by then.
      assertThat(kept(dit, step -> step % 2 == 0) - nothing).isEqualTo(2 * 4);
    }
  }

  @Test
  void trainingLowersTheError() throws IOException {
    try (TinyDit dit = new TinyDit()) {
      SamplingSetup setup = dit.setup(STEPS);
      CalibrationBatches batches = new CalibrationBatches(setup, 4, 3);
      CachePlan plan =
          CachePlan.ofSteps(STEPS, 4, step -> step % 2 == 0).forecasting(new TaylorForecast(1));
      ForecastWeights weights = ForecastWeights.of(plan, 2);
      new ForecastTraining(setup, 40, 2, 1, 2, 1, Optional.empty())
          .train(dit.manager, weights, 0, now -> {});
      try (PlanErrors others = batches.open(dit.manager, CalibrationBatches.EFFECTS, 77)) {
        assertThat(others.of(weights.plan())).isLessThan(0.96 * others.of(plan));
      }
    }
  }
}
