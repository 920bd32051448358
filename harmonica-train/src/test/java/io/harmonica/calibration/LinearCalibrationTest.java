package io.harmonica.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import io.harmonica.cache.FeatureHistory;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.Denoiser;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.ModelIdentity;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.ComputeCost;
import io.harmonica.plan.Forecast;
import io.harmonica.plan.ForecastRule;
import io.harmonica.plan.TaylorForecast;
import io.harmonica.policy.IntervalPolicy;
import io.harmonica.policy.LinearPolicy;
import io.harmonica.policy.LinearPolicyFile;
import io.harmonica.train.TinyDit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Linear predictors fitted on a toy whose branch moves on a line, and on the tiny DiT. */
final class LinearCalibrationTest {
  private static final int STEPS = 8;

  @TempDir Path folder;

  /** One branch whose output is start + step slope, whatever it is given. */
  private static final class LineToy implements Denoiser {
    private int step;

    SamplingSetup setup() {
      return new SamplingSetup(
          this,
          ModelIdentity.named("line"),
          (count, seed) -> new DdimSampler(NoiseSchedule.linear().respace(count), false),
          STEPS,
          Guidance.NONE,
          new Shape(2, 4, 4),
          (owner, random, count) ->
              new Conditioning(new NDList(owner.zeros(new Shape(count))), new NDList()));
    }

    @Override
    public BranchLayout layout() {
      return new BranchLayout(1, List.of(BranchKind.FEED_FORWARD));
    }

    @Override
    public ComputeCost cost() {
      return new ComputeCost(1, new long[] {1});
    }

    @Override
    public NDArray predict(NDArray x, double timestep, NDList conditioning, CacheHook hook) {
      NDManager owner = x.getManager();
      NDArray start = Noise.normal(owner, new Random(1), x.getShape());
      NDArray slope = Noise.normal(owner, new Random(2), x.getShape());
      int now = step++;
      return x.zerosLike().add(hook.apply(0, () -> start.add(slope.mul(now))));
    }
  }

  @Test
  void lineGetsTaylorsWeights() {
    LineToy toy = new LineToy();
    CachePlan plan = CachePlan.ofSteps(STEPS, 1, step -> step % 3 == 0);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      LinearPolicy policy = LinearCalibration.measure(manager, toy.setup(), 3, 5, plan, 2, false);
      CachePlan taylor = plan.forecasting(new TaylorForecast(1));
      for (int step : new int[] {4, 5, 7}) {
        Forecast fitted = policy.fitted().forecast(step, 0);
        assertThat(fitted.terms()).isEqualTo(2);
        for (int term = 0; term < 2; term++) {
          assertThat(fitted.weight(0, term))
              .isCloseTo(taylor.forecast(step, 0).weight(0, term), within(1e-4f));
        }
      }
      // Before the second computed step there is one output to go by.
      assertThat(policy.fitted().forecast(2, 0).terms()).isEqualTo(1);
      assertThat(policy.settings()).containsEntry("terms", "2").containsEntry("samples", "3");
    }
  }

  /** Sums |fresh - forecast|^2 over the forecast cells of a run that follows a plan. */
  private static double error(NDManager manager, SamplingSetup setup, CachePlan plan, long seed) {
    double[] sum = new double[1];
    try (FeatureHistory history = new FeatureHistory(manager, plan.branches(), 3)) {
      ForecastRule rule = (step, branch, past) -> plan.forecast(step, branch);
      new CalibrationRun(setup, 4, seed)
          .run(
              manager,
              (step, owner) ->
                  (branch, compute) -> {
                    NDArray fresh = compute.get();
                    if (plan.computes(step, branch)) {
                      history.put(step, branch, fresh);
                      return fresh;
                    }
                    NDArray made = history.forecast(step, branch, rule, owner);
                    sum[0] += fresh.sub(made).square().sum().getFloat();
                    return made;
                  });
    }
    return sum[0];
  }

  @ParameterizedTest
  @CsvSource({"2, 2, false", "2, 2, true", "3, 3, false", "3, 3, true"})
  void branchesOwnErrorFalls(int interval, int terms, boolean perHalf) throws IOException {
    try (TinyDit dit = new TinyDit()) {
      SamplingSetup setup = dit.setup(12);
      CachePlan reuse = setup.plan(new IntervalPolicy(interval));
      int before = dit.manager.getManagedArrays().size();
      LinearPolicy policy =
          LinearCalibration.measure(dit.manager, setup, 8, 1, reuse, terms, perHalf);
      assertThat(dit.manager.getManagedArrays()).hasSize(before);
      CachePlan fitted = setup.plan(policy);
      assertThat(fitted.mostTerms()).isEqualTo(terms);
      assertThat(fitted.halves()).isEqualTo(perHalf ? 2 : 1);
      // On other noise and other labels than it was fitted on.
      assertThat(error(dit.manager, setup, fitted, 2))
          .isLessThan(0.85 * error(dit.manager, setup, reuse, 2));
      Path file = folder.resolve("linear.safetensors");
      LinearPolicyFile.write(file, policy);
      assertThat(LinearPolicyFile.read(file)).isEqualTo(policy);
    }
  }

  @Test
  void sameSeedGivesTheSameWeights() {
    try (TinyDit dit = new TinyDit()) {
      SamplingSetup setup = dit.setup(6);
      CachePlan plan = setup.plan(new IntervalPolicy(2));
      LinearPolicy one = LinearCalibration.measure(dit.manager, setup, 2, 7, plan, 2, true);
      assertThat(LinearCalibration.measure(dit.manager, setup, 2, 7, plan, 2, true)).isEqualTo(one);
      assertThat(LinearCalibration.measure(dit.manager, setup, 2, 8, plan, 2, true).fitted())
          .isNotEqualTo(one.fitted());
      assertThat(one.origin()).isEqualTo(setup.fit());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, '########'",
    "0.5, '#.#.#.#.'",
    "0.625, '#..#.#..'",
    "0.75, '#...#...'",
    "0.6, '#..#.#..'",
    "0.875, '#.......'"
  })
  void stepsAreSpacedEvenly(double utilisation, String computed) {
    assertThat(LinearCalibration.evenSteps(new LineToy().setup(), utilisation).toString())
        .isEqualTo(computed.replaceAll("(.)", "$1\n"));
  }

  @Test
  void wrongRequestsAreRefused() {
    SamplingSetup setup = new LineToy().setup();
    CachePlan plan = CachePlan.ofSteps(STEPS, 1, step -> true);
    CachePlan other = CachePlan.ofSteps(4, 1, step -> true);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      assertThatThrownBy(() -> LinearCalibration.measure(manager, setup, 0, 1, plan, 2, false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("0 samples");
      assertThatThrownBy(() -> LinearCalibration.measure(manager, setup, 1, 1, other, 2, false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("4 steps and 1 branches, the run has 8 and 1");
      for (int terms : new int[] {0, 6}) {
        assertThatThrownBy(
                () -> LinearCalibration.measure(manager, setup, 1, 1, plan, terms, false))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("takes " + terms);
      }
      assertThatThrownBy(() -> LinearCalibration.measure(manager, setup, 1, 1, plan, 2, true))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("guidance scale is 1.0");
    }
    assertThatThrownBy(() -> LinearCalibration.evenSteps(setup, 0.9))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0.9");
  }
}
