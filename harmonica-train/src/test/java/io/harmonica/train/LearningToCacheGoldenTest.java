package io.harmonica.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.dit.DitConfig;
import io.harmonica.dit.DitModel;
import io.harmonica.dit.DitWeights;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** The reference data's three updates of Learning-to-Cache, number by number. */
final class LearningToCacheGoldenTest {
  private static final int STEPS = 10;

  @Test
  void updatesMatchThePublicCode() throws IOException, URISyntaxException {
    Path folder = Path.of(SdtGoldenTest.class.getResource("/goldens/dit-tiny").toURI());
    DitConfig config = DitConfig.fromJson(Files.readString(folder.resolve("config.json")));
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        SafetensorsFile expected =
            SafetensorsFile.open(folder.resolve("expected_l2c.safetensors"));
        SafetensorsFile weights = SafetensorsFile.open(folder.resolve("dit.safetensors"));
        DitModel model = new DitModel(manager, config, DitWeights.load(manager, config, weights))) {
      DdimSampler sampler = new DdimSampler(NoiseSchedule.linear().respace(STEPS), false);
      TrainableRouter router =
          TrainableRouter.of(SdtGoldenTest.flipped(expected.readFloats("logits0")));
      float[] ones = new float[STEPS];
      Arrays.fill(ones, 1);
      SdtObjective objective =
          new SdtObjective(ones, 5e-6, router.branches(), 0.1, StudentRule.BLEND);
      for (int k = 0; k < 3; k++) {
        String name = k + ".";
        // Public rows count from the end; this one computes everything and the next one learns.
        int row = expected.read(name + "step", manager).toIntArray()[0];
        int learning = STEPS - row;
        int[] labels = expected.read(name + "labels", manager).toIntArray();
        NDArray images = expected.read(name + "x0", manager);
        NDArray noise = expected.read(name + "noise", manager);
        try (GuidedDenoiser bound =
            new GuidedDenoiser(manager, model, model.condition(manager, labels), Guidance.NONE)) {
          Student.Pass pass =
              new LearningToCachePair(bound, sampler, objective)
                  .run(manager, router, learning - 1, images, noise);
          float error = pass.error().getFloat();
          float[] gradient = pass.gradient().toFloatArray();
          float loss = (float) objective.loss(learning, error, router.logits(learning));
          router.update(learning, gradient, 0.001);
          SdtGoldenTest.assertClose(new float[] {loss}, expected, name + "loss");
          float[] errors = expected.readFloats(name + "mse");
          float mean = (errors[0] + errors[1] + errors[2]) / 3;
          SdtGoldenTest.assertClose(new float[] {error}, new float[] {mean}, name + "mse");
          SdtGoldenTest.assertClose(gradient, expected, name + "grad");
          SdtGoldenTest.assertClose(router.logits(learning), expected, name + "logits");
        }
      }
    }
  }
}
