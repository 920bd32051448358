package io.harmonica.pixart;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.diffusion.SaSolverSampler;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.StepNoise;
import io.harmonica.diffusion.TimestepSpacing;
import io.harmonica.dit.Goldens;
import io.harmonica.model.DiffusersScheduler;
import io.harmonica.plan.CachePlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The model and the samplers against what diffusers computed: one model without and one with
 * micro-conditioning.
 */
final class PixArtGoldenTest {
  private static final int STEPS = 8;
  private static final Guidance GUIDANCE = new Guidance(4.5, 8);
  private static final NoiseSchedule NOISE = NoiseSchedule.linear();

  @ParameterizedTest
  @ValueSource(strings = {"pixart-tiny", "pixart-micro"})
  void forward(String name) throws IOException {
    try (TinyPixArt tiny = new TinyPixArt(name)) {
      NDList conditioning = tiny.condition().conditional();
      assertThat(conditioning).hasSize(tiny.model.config().microConditioned() ? 3 : 2);
      NDArray output = tiny.model.predict(tiny.noise, 500, conditioning, CacheHook.COMPUTE);
      Goldens.assertClose(output, tiny.expected, "forward_t500");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pixart-tiny", "pixart-micro"})
  void dpmSolver(String name) throws IOException {
    try (TinyPixArt tiny = new TinyPixArt(name)) {
      Sampler sampler = DiffusersScheduler.open(tiny.folder).sampler(STEPS, 0);
      assertTrajectory(tiny, sampler, "dpmpp");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pixart-tiny", "pixart-micro"})
  void ddim(String name) throws IOException {
    try (TinyPixArt tiny = new TinyPixArt(name)) {
      Sampler sampler = new DdimSampler(NOISE.respace(STEPS, TimestepSpacing.LEADING), false);
      assertTrajectory(tiny, sampler, "ddim");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"pixart-tiny", "pixart-micro"})
  void saSolverWithoutNoise(String name) throws IOException {
    try (TinyPixArt tiny = new TinyPixArt(name)) {
      Sampler sampler =
          new SaSolverSampler(
              NOISE.respace(STEPS, TimestepSpacing.LINSPACE).endingAt(NOISE.alphaBar(0)),
              SaSolverSampler.Settings.deterministic(),
              false,
              StepNoise.seeded(0));
      assertTrajectory(tiny, sampler, "sa_ode");
    }
  }

  private static void assertTrajectory(TinyPixArt tiny, Sampler sampler, String name)
      throws IOException {
    int[] timesteps = tiny.expected.read(name + "_timesteps", tiny.manager).toIntArray();
    List<NDArray> samples = new ArrayList<>();
    CachePlan plan = CachePlan.ofSteps(STEPS, tiny.model.layout().branches(), step -> true);
    try (GuidedDenoiser guided =
        new GuidedDenoiser(tiny.manager, tiny.model, tiny.condition(), GUIDANCE)) {
      DenoisingLoop.sample(
          tiny.manager,
          guided,
          sampler,
          plan,
          tiny.noise,
          (step, x, bytes) -> {
            assertThat(sampler.schedule().timestep(step)).isEqualTo(timesteps[step]);
            samples.add(copy(tiny, x));
          });
    }
    Goldens.assertClose(NDArrays.stack(new NDList(samples)), tiny.expected, name + "_trajectory");
  }

  /** Outlives the step. */
  private static NDArray copy(TinyPixArt tiny, NDArray x) {
    NDArray copy = x.duplicate();
    copy.attach(tiny.manager);
    return copy;
  }
}
