package io.harmonica.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.DpmSolverSampler;
import io.harmonica.diffusion.ModelIdentity;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.diffusion.SamplerFactory;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.diffusion.TimestepSpacing;
import io.harmonica.plan.PlanTarget;
import io.harmonica.train.RouterTrainer;
import io.harmonica.train.RouterTrainerConfig;
import io.harmonica.train.TinyDit;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** A saved state goes on only in the run that it was saved in. */
final class FingerprintTest {
  private static final int STEPS = 5;
  private static final NoiseSchedule NOISE = NoiseSchedule.linear();

  private static String ofSearch(SamplingSetup setup) {
    PlanTarget target = PlanTarget.speedup(setup.cost(), STEPS, 1.3);
    return new PlanSearch(setup, PlanSearchConfig.harmonized(target)).fingerprint();
  }

  private static String ofTraining(SamplingSetup setup) {
    return new RouterTrainer(setup, RouterTrainerConfig.paper()).fingerprint();
  }

  private static SamplingSetup with(SamplingSetup setup, SamplerFactory samplers) {
    return new SamplingSetup(
        setup.denoiser(),
        setup.identity(),
        samplers,
        setup.steps(),
        setup.guidance(),
        setup.sample(),
        setup.conditioning());
  }

  @Test
  void anotherRunHasAnotherOne() {
    try (TinyDit dit = new TinyDit()) {
      SamplingSetup setup = dit.setup(STEPS);
      Map<String, SamplingSetup> others =
          Map.of(
              "guidance", setup.withGuidance(2),
              "no guidance", setup.unguided(),
              "steps", setup.withSteps(STEPS + 1),
              "sampler",
                  with(setup, (count, seed) -> new DpmSolverSampler(NOISE.respace(count), false)),
              "times",
                  with(
                      setup,
                      (count, seed) ->
                          new DdimSampler(NOISE.respace(count, TimestepSpacing.LEADING), false)),
              "weights",
                  dit.setup(setup.denoiser(), new ModelIdentity("tiny", "other", Map.of()), STEPS));
      assertAllDiffer(FingerprintTest::ofSearch, setup, others);
      assertAllDiffer(FingerprintTest::ofTraining, setup, others);
    }
  }

  private static void assertAllDiffer(
      Function<SamplingSetup, String> fingerprint,
      SamplingSetup setup,
      Map<String, SamplingSetup> others) {
    String own = fingerprint.apply(setup);
    assertThat(fingerprint.apply(setup)).isEqualTo(own);
    assertThat(others).hasSize(6);
    others.forEach(
        (what, other) -> assertThat(fingerprint.apply(other)).as(what).isNotEqualTo(own));
  }
}
