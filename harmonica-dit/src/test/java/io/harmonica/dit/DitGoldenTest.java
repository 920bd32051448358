package io.harmonica.dit;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.CacheHook;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.StepSchedule;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanRequest;
import io.harmonica.router.Router;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The model and the sampler against numbers that the public Python code computed. */
final class DitGoldenTest {
  private static final int STEPS = 10;
  private static final double TAU = 0.1;
  private static final Guidance GUIDANCE = new Guidance(1.5, 3);

  private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private SafetensorsFile expected;
  private DitModel model;
  private NDArray noise;
  private Conditioning conditioning;

  @BeforeEach
  void open() throws IOException {
    Path folder = Goldens.folder("dit-tiny");
    expected = SafetensorsFile.open(folder.resolve("expected.safetensors"));
    DitConfig config = DitConfig.fromJson(Files.readString(folder.resolve("config.json")));
    try (SafetensorsFile weights = SafetensorsFile.open(folder.resolve("dit.safetensors"))) {
      model = new DitModel(manager, config, DitWeights.load(manager, config, weights));
    }
    noise = expected.read("noise", manager);
    conditioning = model.condition(manager, expected.read("labels", manager).toIntArray());
  }

  @AfterEach
  void close() throws IOException {
    model.close();
    expected.close();
    manager.close();
  }

  @Test
  void forward() throws IOException {
    int time = expected.read("forward_timestep", manager).toIntArray()[0];
    NDArray output = model.predict(noise, time, conditioning.conditional(), CacheHook.COMPUTE);
    Goldens.assertClose(output, expected, "forward");
  }

  @Test
  void guidedForward() throws IOException {
    int time = expected.read("forward_timestep", manager).toIntArray()[0];
    try (GuidedDenoiser guided = new GuidedDenoiser(manager, model, conditioning, GUIDANCE)) {
      Goldens.assertClose(guided.predict(noise, time, CacheHook.COMPUTE), expected, "forward_cfg");
    }
  }

  @Test
  void stepsAreThoseOfThePublicCode() throws IOException {
    StepSchedule schedule = NoiseSchedule.linear().respace(STEPS);
    int[] timesteps = expected.read("timestep_map", manager).toIntArray();
    double[] bars = expected.read("alphas_cumprod", manager).toDoubleArray();
    for (int step = 0; step < STEPS; step++) {
      int row = STEPS - 1 - step;
      assertThat(schedule.timestep(step)).isEqualTo(timesteps[row]);
      assertThat(schedule.alphaBar(step)).isCloseTo(bars[row], within(1e-12));
    }
  }

  @Test
  void fullTrajectory() throws IOException {
    CachePlan plan = CachePlan.ofSteps(STEPS, model.layout().branches(), step -> true);
    assertTrajectory(plan, "ddim_trajectory");
  }

  private void assertTrajectory(CachePlan plan, String name) throws IOException {
    Sampler sampler = new DdimSampler(NoiseSchedule.linear().respace(STEPS), false);
    List<NDArray> samples = new ArrayList<>();
    try (GuidedDenoiser guided = new GuidedDenoiser(manager, model, conditioning, GUIDANCE)) {
      DenoisingLoop.sample(
          manager, guided, sampler, plan, noise, (step, x, bytes) -> samples.add(copy(x)));
    }
    NDArray stacked = NDArrays.stack(new NDList(samples));
    Goldens.assertClose(stacked, expected, name);
  }

  @Test
  void cachedTrajectory() throws IOException {
    Router router = Router.read(Goldens.folder("dit-tiny").resolve("router.pt"));
    CachePlan plan = router.withThreshold(TAU).plan(PlanRequest.of(STEPS, model.layout()));
    assertThat(plan.cacheUtilisation()).isPositive();
    assertTrajectory(plan, "cached_ddim_trajectory");
  }

  /** Outlives the step. */
  private NDArray copy(NDArray x) {
    NDArray copy = x.duplicate();
    copy.attach(manager);
    return copy;
  }

  private static Offset<Double> within(double tolerance) {
    return Offset.offset(tolerance);
  }
}
