package io.harmonica.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.dit.DitCheckpoint;
import io.harmonica.dit.DitModel;
import io.harmonica.dit.LoadedDit;
import io.harmonica.kernel.Precision;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A training trajectory over weights in less than single precision. */
final class SdtPrecisionTest {
  private static final int STEPS = 4;

  @ParameterizedTest
  @EnumSource(StudentRule.class)
  void gradientsFlowThroughBfloat16(StudentRule rule) throws IOException, URISyntaxException {
    Path weights =
        Path.of(SdtPrecisionTest.class.getResource("/goldens/dit-tiny/dit.safetensors").toURI());
    float[] lambda = {0, 1, 1, 1};
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        LoadedDit dit = DitCheckpoint.open(weights, Optional.empty(), Precision.BFLOAT16, manager);
        DitModel model = new DitModel(manager, dit.config(), dit.weights());
        GuidedDenoiser guided =
            new GuidedDenoiser(
                manager, model, model.condition(manager, 1, 2), new Guidance(1.5, 3))) {
      NDArray noise = manager.randomNormal(new Shape(2, 4, 8, 8));
      TrainableRouter router =
          TrainableRouter.random(STEPS, model.layout().branches(), new Random(1));
      SdtObjective objective = new SdtObjective(lambda, 0, router.branches(), 0.5, rule);
      SdtResult result =
          new SdtTrajectory(
                  guided,
                  new DdimSampler(NoiseSchedule.linear().respace(STEPS), false),
                  router,
                  objective)
              .run(manager, noise, SdtTrajectory.SampleListener.NONE);
      for (int step = 1; step < STEPS; step++) {
        assertThat(result.error()[step]).isFinite().isPositive();
        boolean any = false;
        for (float gradient : result.gradient()[step]) {
          assertThat(gradient).isFinite();
          any |= gradient != 0;
        }
        assertThat(any).as("step %d has a gradient", step).isTrue();
      }
    }
  }
}
