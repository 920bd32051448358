package io.harmonica.dit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.diffusion.Sampler;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanRequest;
import io.harmonica.policy.TaylorSeerPolicy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Trajectories of TaylorSeer's public code on the tiny model: guided DDIM, orders 0, 1, 2 and 4.
 * Made by running that code on the weights, noise and labels of dit-tiny.
 */
final class TaylorSeerGoldenTest {
  private static final int STEPS = 10;

  @ParameterizedTest
  @CsvSource({"2, 0", "2, 1", "3, 1", "3, 2", "4, 4"})
  void trajectoryIsThatOfThePublicCode(int interval, int order) throws IOException {
    Path folder = Goldens.folder("dit-tiny");
    String name = "taylor_i%d_o%d".formatted(interval, order);
    try (NDManager manager = NDManager.newBaseManager();
        SafetensorsFile run = SafetensorsFile.open(folder.resolve("expected.safetensors"));
        SafetensorsFile taylor =
            SafetensorsFile.open(folder.resolve("expected_taylorseer.safetensors"));
        LoadedDit loaded =
            DitCheckpoint.open(
                folder.resolve("dit.safetensors"),
                Optional.of(folder.resolve("config.json")),
                manager);
        DitModel model = new DitModel(manager, loaded.config(), loaded.weights())) {
      CachePlan plan =
          new TaylorSeerPolicy(interval, order, TaylorSeerPolicy.USUAL_FIRST)
              .plan(PlanRequest.of(STEPS, model.layout()));
      int[] computed = taylor.read(name + "_computed", manager).toIntArray();
      for (int step = 0; step < STEPS; step++) {
        assertThat(plan.computes(step, 0)).as("step %d", step).isEqualTo(computed[step] == 1);
      }
      Conditioning conditioning =
          model.condition(manager, run.read("labels", manager).toIntArray());
      Sampler sampler = new DdimSampler(NoiseSchedule.linear().respace(STEPS), false);
      List<NDArray> samples = new ArrayList<>();
      try (GuidedDenoiser guided =
          new GuidedDenoiser(manager, model, conditioning, new Guidance(1.5, 3))) {
        DenoisingLoop.sample(
            manager,
            guided,
            sampler,
            plan,
            run.read("noise", manager),
            (step, x, bytes) -> {
              NDArray copy = x.duplicate();
              copy.attach(manager);
              samples.add(copy);
            });
      }
      Goldens.assertClose(NDArrays.stack(new NDList(samples)), taylor, name);
    }
  }
}
