package io.harmonica.uvit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import io.harmonica.cache.CacheHook;
import io.harmonica.cache.PlannedCache;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.DpmFastSampler;
import io.harmonica.diffusion.DpmSinglestepSampler;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Sampler;
import io.harmonica.dit.Goldens;
import io.harmonica.plan.CachePlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The model and its samplers against numbers that the public Python code computed. */
final class UvitGoldenTest {
  private static final int STEPS = 10;
  private static final double SCALE = 0.4;

  private TinyUvit tiny;

  @BeforeEach
  void open() throws IOException {
    tiny = new TinyUvit();
  }

  @AfterEach
  void close() throws IOException {
    tiny.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 500, 999})
  void forward(int time) throws IOException {
    NDArray output =
        tiny.model.predict(tiny.noise, time, tiny.conditioning.conditional(), CacheHook.COMPUTE);
    Goldens.assertClose(output, tiny.expected, "forward_t" + time);
  }

  private CachePlan full() {
    return CachePlan.ofSteps(STEPS, tiny.model.layout().branches(), step -> true);
  }

  private void assertRun(Sampler sampler, CachePlan plan, String name) throws IOException {
    float[] times = tiny.expected.readFloats(name + "_times");
    for (int step = 0; step < STEPS; step++) {
      assertThat(sampler.schedule().timestep(step)).isCloseTo(times[step], within(0.01));
    }
    List<NDArray> inputs = new ArrayList<>(List.of(tiny.noise));
    NDArray end;
    try (GuidedDenoiser guided =
        new GuidedDenoiser(
            tiny.manager, tiny.model, tiny.conditioning, tiny.model.config().guidance(SCALE))) {
      end =
          DenoisingLoop.sample(
              tiny.manager,
              guided,
              sampler,
              plan,
              tiny.noise,
              (step, x, bytes) -> {
                NDArray copy = x.duplicate();
                copy.attach(tiny.manager);
                inputs.add(copy);
              });
    }
    NDArray seen = NDArrays.stack(new NDList(inputs.subList(0, STEPS)));
    Goldens.assertClose(seen, tiny.expected, name + "_inputs");
    Goldens.assertClose(end, tiny.expected, name + "_final");
  }

  private Sampler singlestep() {
    return new DpmSinglestepSampler(tiny.model.config().path(), STEPS, false);
  }

  @Test
  void singlestepIsThatOfThePublicCode() throws IOException {
    assertRun(singlestep(), full(), "singlestep2");
  }

  @Test
  void fastIsThatOfThePublicCode() throws IOException {
    assertRun(new DpmFastSampler(tiny.model.config().path(), STEPS, false), full(), "fast3");
  }

  @Test
  void cachedRunIsThatOfThePublicCode() throws IOException {
    int[] cells = tiny.expected.read("plan", tiny.manager).toIntArray();
    int branches = tiny.model.layout().branches();
    CachePlan plan =
        CachePlan.of(STEPS, branches, (step, branch) -> cells[step * branches + branch] == 1);
    assertThat(plan.cacheUtilisation()).isPositive();
    assertRun(singlestep(), plan, "cached_singlestep2");
  }

  @Test
  void whatAPlanReusesIsWhatWasAddedToTheResidual() {
    // A cache that keeps everything gives the same output at the same input.
    CachePlan plan = CachePlan.ofSteps(2, tiny.model.layout().branches(), step -> step == 0);
    try (PlannedCache cache = new PlannedCache(tiny.manager, plan)) {
      NDList labels = tiny.conditioning.conditional();
      NDArray first = tiny.model.predict(tiny.noise, 500, labels, cache.step(0, tiny.manager));
      NDArray second = tiny.model.predict(tiny.noise, 500, labels, cache.step(1, tiny.manager));
      assertThat(second.toFloatArray()).isEqualTo(first.toFloatArray());
    }
  }
}
