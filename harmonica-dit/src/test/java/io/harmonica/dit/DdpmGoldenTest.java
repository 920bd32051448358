package io.harmonica.dit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.diffusion.DdpmSampler;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.diffusion.StepNoise;
import io.harmonica.plan.PlanRequest;
import io.harmonica.policy.FullPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * Ancestral sampling against a trajectory that the public Python code made: tiny random weights,
 * ten steps, guidance 1.5 on three channels, learned variance, and the noises that it drew.
 */
final class DdpmGoldenTest {
  private static final int STEPS = 10;

  @Test
  void trajectoryIsThatOfThePublicCode() throws IOException {
    Path folder = Goldens.folder("dit-tiny");
    DitConfig config = DitConfig.fromJson(Files.readString(folder.resolve("config.json")));
    try (NDManager manager = NDManager.newBaseManager();
        SafetensorsFile weights = SafetensorsFile.open(folder.resolve("dit.safetensors"));
        SafetensorsFile expected = SafetensorsFile.open(folder.resolve("expected.safetensors"));
        DitModel model = new DitModel(manager, config, DitWeights.load(manager, config, weights))) {
      int[] labels = expected.read("labels", manager).toIntArray();
      // The reference stacks both guidance halves; the first is the conditional one.
      NDArray trajectory = expected.read("ddpm_trajectory", manager).get(":, :" + labels.length);
      StepNoise noises = StepNoise.given(expected.read("ddpm_noises", manager));
      DdpmSampler sampler = new DdpmSampler(NoiseSchedule.linear().respace(STEPS), false, noises);
      Guidance guidance = new Guidance(1.5, 3);
      try (GuidedDenoiser guided =
          new GuidedDenoiser(manager, model, model.condition(manager, labels), guidance)) {
        DenoisingLoop.sample(
            manager,
            guided,
            sampler,
            new FullPolicy().plan(PlanRequest.of(STEPS, model.layout())),
            expected.read("noise", manager),
            (step, x, bytes) ->
                Goldens.assertClose(
                    x.toFloatArray(), trajectory.get(step).toFloatArray(), "step " + step));
      }
    }
  }
}
