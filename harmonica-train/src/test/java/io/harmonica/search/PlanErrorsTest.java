package io.harmonica.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.DdpmSampler;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.StepNoise;
import io.harmonica.diffusion.StepSchedule;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Forecast;
import io.harmonica.plan.PlanRequest;
import io.harmonica.plan.TaylorForecast;
import io.harmonica.policy.RandomPolicy;
import io.harmonica.train.PixelToy;
import io.harmonica.train.TinyDit;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Measured errors against those worked out by hand and against plain sampling. */
final class PlanErrorsTest {
  private static CachePlan random(PixelToy toy, double share, long seed) {
    return new RandomPolicy(share, seed).plan(PlanRequest.of(toy.steps(), toy.layout()));
  }

  @Test
  void errorsAreThoseWorkedOutByHand() {
    PixelToy toy = PixelToy.random(5, 3, 1);
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        GuidedDenoiser model = toy.bound(manager);
        PlanErrors errors = new PlanErrors(manager, model, toy.sampler(), toy.noise(manager))) {
      CachePlan base = random(toy, 0.4, 0);
      List<CachePlan> variants =
          IntStream.range(1, 20).mapToObj(seed -> random(toy, 0.05 * (seed % 12), seed)).toList();
      SampleErrors measured = errors.of(base, variants);
      assertThat(SampleErrors.mean(measured.base()))
          .isCloseTo(toy.error(base), within(1e-3 * toy.error(base)));
      for (int i = 0; i < variants.size(); i++) {
        double expected = toy.error(variants.get(i));
        assertThat(SampleErrors.mean(measured.variants()[i]))
            .isCloseTo(expected, within(1e-3 * expected + 1e-9));
      }
    }
  }

  @Test
  void variantCostsTheStepsFromWhereItDiffers() {
    PixelToy toy = PixelToy.random(5, 2, 1);
    CachePlan full = CachePlan.ofSteps(5, 2, step -> true);
    CachePlan early = CachePlan.ofSteps(5, 2, step -> step != 1);
    CachePlan late = CachePlan.of(5, 2, (step, branch) -> step != 4 || branch == 0);
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        GuidedDenoiser model = toy.bound(manager);
        PlanErrors errors = new PlanErrors(manager, model, toy.sampler(), toy.noise(manager))) {
      assertThat(errors.forwards()).isEqualTo(5);
      SampleErrors measured = errors.of(full, List.of(late, full, early));
      assertThat(errors.forwards()).isEqualTo(5 + 5 + 1 + 4);
      assertThat(SampleErrors.mean(measured.base())).isZero();
      assertThat(SampleErrors.mean(measured.variants()[1])).isZero();
      assertThat(SampleErrors.mean(measured.variants()[0])).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ddim", "ddpm"})
  void errorsAreThoseOfSampling(String name) {
    StepSchedule schedule = NoiseSchedule.linear().respace(4);
    Sampler sampler =
        name.equals("ddim")
            ? new DdimSampler(schedule, false)
            : new DdpmSampler(schedule, false, StepNoise.seeded(5));
    try (TinyDit dit = new TinyDit();
        GuidedDenoiser model =
            new GuidedDenoiser(
                dit.manager,
                dit.model,
                dit.model.condition(dit.manager, 3, 7),
                new Guidance(1.5, 3))) {
      NDArray noise = Noise.normal(dit.manager, new Random(8), new Shape(2, 4, 8, 8));
      BranchLayout layout = dit.model.layout();
      CachePlan full = CachePlan.ofSteps(4, 4, step -> true);
      NDArray reference = sample(dit, model, sampler, full, noise);
      try (PlanErrors errors = new PlanErrors(dit.manager, model, sampler, noise)) {
        int before = dit.manager.getManagedArrays().size();
        CachePlan base = new RandomPolicy(0.3, 1).plan(PlanRequest.of(4, layout));
        CachePlan variant = new RandomPolicy(0.5, 2).plan(PlanRequest.of(4, layout));
        SampleErrors measured = errors.of(base, List.of(variant));
        assertThat(dit.manager.getManagedArrays()).hasSize(before);
        double wanted = difference(sample(dit, model, sampler, base, noise), reference);
        assertThat(SampleErrors.mean(measured.base()))
            .isCloseTo(wanted, within(1e-4 * wanted))
            .isPositive();
        wanted = difference(sample(dit, model, sampler, variant, noise), reference);
        assertThat(SampleErrors.mean(measured.variants()[0]))
            .isCloseTo(wanted, within(1e-4 * wanted));
      }
    }
  }

  private static NDArray sample(
      TinyDit dit, GuidedDenoiser model, Sampler sampler, CachePlan plan, NDArray noise) {
    return DenoisingLoop.sample(
        dit.manager, model, sampler, plan, noise, DenoisingLoop.Listener.NONE);
  }

  private static double difference(NDArray one, NDArray other) {
    return one.sub(other).square().mean().getFloat();
  }

  /**
   * A history of two shared by variants that go on from it must not be written to by one of them.
   */
  @Test
  void forecastsAreThoseOfSampling() {
    Sampler sampler = new DdimSampler(NoiseSchedule.linear().respace(6), false);
    try (TinyDit dit = new TinyDit();
        GuidedDenoiser model =
            new GuidedDenoiser(
                dit.manager,
                dit.model,
                dit.model.condition(dit.manager, 3, 7),
                new Guidance(1.5, 3))) {
      NDArray noise = Noise.normal(dit.manager, new Random(8), new Shape(2, 4, 8, 8));
      NDArray reference = sample(dit, model, sampler, CachePlan.ofSteps(6, 4, step -> true), noise);
      CachePlan base = CachePlan.ofSteps(6, 4, step -> step < 3).forecasting(new TaylorForecast(2));
      List<CachePlan> variants =
          List.of(
              base.forecasting(new TaylorForecast(1)),
              CachePlan.ofSteps(6, 4, step -> step != 2).forecasting(new TaylorForecast(1)),
              base.forecasting(
                  (step, branch, history) ->
                      Forecast.ofHalves(new float[] {1.5f, -0.5f}, new float[] {1.25f, -0.25f})));
      try (PlanErrors errors = new PlanErrors(dit.manager, model, sampler, noise)) {
        SampleErrors measured = errors.of(base, variants);
        double wanted = difference(sample(dit, model, sampler, base, noise), reference);
        assertThat(SampleErrors.mean(measured.base())).isCloseTo(wanted, within(1e-4 * wanted));
        for (int i = 0; i < variants.size(); i++) {
          wanted = difference(sample(dit, model, sampler, variants.get(i), noise), reference);
          assertThat(SampleErrors.mean(measured.variants()[i]))
              .isCloseTo(wanted, within(1e-4 * wanted));
        }
      }
    }
  }

  @Test
  void planOfAnotherSizeIsRefused() {
    PixelToy toy = PixelToy.random(5, 2, 1);
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        GuidedDenoiser model = toy.bound(manager);
        PlanErrors errors = new PlanErrors(manager, model, toy.sampler(), toy.noise(manager))) {
      assertThatThrownBy(() -> errors.of(CachePlan.ofSteps(4, 2, step -> true)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("4 steps")
          .hasMessageContaining("5 steps");
    }
  }
}
