package io.harmonica.dit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.PlannedCache;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.ModelIdentity;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.diffusion.Trajectory;
import io.harmonica.plan.CachePlan;
import io.harmonica.policy.CachePolicies;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a setup says of its cache beforehand is what the cache takes. */
final class CacheBytesTest {
  private static final int STEPS = 6;
  private static final int SAMPLES = 2;

  @ParameterizedTest
  @CsvSource({
    "full, 1.5",
    "interval:2, 1",
    "random:0.5:3, 1.5",
    "delta-dit:1:3:2, 1.5",
    "taylorseer:2:1, 1",
    "taylorseer:2:2, 1.5",
    "taylorseer:3:4:1, 1.5"
  })
  void cacheTakesWhatTheSetupSays(String policy, double scale) throws IOException {
    Path folder = Goldens.folder("dit-tiny");
    try (NDManager manager = NDManager.newBaseManager();
        LoadedDit loaded =
            DitCheckpoint.open(
                folder.resolve("dit.safetensors"),
                Optional.of(folder.resolve("config.json")),
                manager);
        DitModel model = new DitModel(manager, loaded.config(), loaded.weights())) {
      DitConfig config = loaded.config();
      SamplingSetup setup =
          new SamplingSetup(
              model,
              ModelIdentity.named("tiny"),
              (steps, seed) -> new DdimSampler(NoiseSchedule.linear().respace(steps), false),
              STEPS,
              new Guidance(scale, 3),
              new Shape(config.inChannels(), config.inputSize(), config.inputSize()),
              (owner, random, count) -> model.condition(owner, new int[count]));
      CachePlan plan = setup.plan(CachePolicies.parse(policy));
      assertThat(setup.cacheBytes(plan, SAMPLES)).isEqualTo(taken(manager, setup, plan));
    }
  }

  /** Runs the plan and asks its cache. */
  private static long taken(NDManager manager, SamplingSetup setup, CachePlan plan) {
    Conditioning conditioning = setup.conditioning().draw(manager, new Random(1), SAMPLES);
    NDArray noise = Noise.normal(manager, new Random(2), setup.batch(SAMPLES));
    try (GuidedDenoiser model =
            new GuidedDenoiser(manager, setup.denoiser(), conditioning, setup.guidance());
        Trajectory trajectory = setup.sampler(0).start(manager, noise);
        PlannedCache cache = new PlannedCache(manager, plan)) {
      for (int step = 0; step < STEPS; step++) {
        int now = step;
        DenoisingLoop.step(
            manager,
            trajectory,
            (owner, x, time) -> model.predict(x, time, cache.step(now, owner)));
      }
      assertThat(cache.bytes()).as("after the last step").isZero();
      return cache.peakBytes();
    }
  }
}
