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
    return new RandomPolicy(share, seed).plan(toy.steps(), toy.layout());
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
      PlanErrors.Measured measured = errors.of(base, variants);
      assertThat(measured.base()).isCloseTo(toy.error(base), within(1e-3 * toy.error(base)));
      for (int i = 0; i < variants.size(); i++) {
        double expected = toy.error(variants.get(i));
        assertThat(measured.variants().get(i)).isCloseTo(expected, within(1e-3 * expected + 1e-9));
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
      PlanErrors.Measured measured = errors.of(full, List.of(late, full, early));
      assertThat(errors.forwards()).isEqualTo(5 + 5 + 1 + 4);
      assertThat(measured.base()).isZero();
      assertThat(measured.variants().get(1)).isZero();
      assertThat(measured.variants().get(0)).isPositive();
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
        CachePlan base = new RandomPolicy(0.3, 1).plan(4, layout);
        CachePlan variant = new RandomPolicy(0.5, 2).plan(4, layout);
        PlanErrors.Measured measured = errors.of(base, List.of(variant));
        assertThat(dit.manager.getManagedArrays()).hasSize(before);
        double wanted = difference(sample(dit, model, sampler, base, noise), reference);
        assertThat(measured.base()).isCloseTo(wanted, within(1e-4 * wanted)).isPositive();
        wanted = difference(sample(dit, model, sampler, variant, noise), reference);
        assertThat(measured.variants().get(0)).isCloseTo(wanted, within(1e-4 * wanted));
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
