package io.harmonica.sit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.CacheHook;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.EulerSampler;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.HeunSampler;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.SdeSampler;
import io.harmonica.diffusion.StepNoise;
import io.harmonica.diffusion.StraightPath;
import io.harmonica.diffusion.TimestepSpacing;
import io.harmonica.dit.Goldens;
import io.harmonica.dit.LoadedDit;
import io.harmonica.kernel.Precision;
import io.harmonica.plan.CachePlan;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The model and its samplers against numbers that the public Python code computed. */
final class SitGoldenTest {
  private static final Guidance GUIDANCE = new Guidance(1.5, 3);
  private static final int POINTS = 10;

  private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private SafetensorsFile expected;
  private SitModel model;
  private NDArray noise;
  private Conditioning conditioning;

  @BeforeEach
  void open() throws IOException {
    expected = SafetensorsFile.open(Goldens.folder("sit-tiny").resolve("expected.safetensors"));
    LoadedDit loaded =
        SitCheckpoint.open(
            Goldens.folder("sit-tiny").resolve("sit.safetensors"),
            Optional.empty(),
            Precision.FLOAT32,
            manager);
    model = new SitModel(manager, loaded.config(), loaded.weights());
    noise = expected.read("noise", manager);
    conditioning = model.condition(manager, expected.read("labels", manager).toIntArray());
  }

  @AfterEach
  void close() throws IOException {
    model.close();
    expected.close();
    manager.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0", "0.3", "0.97"})
  void velocities(String time) throws IOException {
    double t = Double.parseDouble(time);
    NDArray plain = model.predict(noise, t, conditioning.conditional(), CacheHook.COMPUTE);
    Goldens.assertClose(plain, expected, "velocity_t" + time);
    try (GuidedDenoiser guided = new GuidedDenoiser(manager, model, conditioning, GUIDANCE)) {
      NDArray both = guided.predict(noise, t, CacheHook.COMPUTE);
      Goldens.assertClose(both, expected, "guided_t" + time);
    }
  }

  private List<NDArray> trajectory(Sampler sampler) {
    int steps = sampler.schedule().steps();
    CachePlan plan = CachePlan.ofSteps(steps, model.layout().branches(), step -> true);
    List<NDArray> samples = new ArrayList<>();
    try (GuidedDenoiser guided = new GuidedDenoiser(manager, model, conditioning, GUIDANCE)) {
      DenoisingLoop.sample(
          manager,
          guided,
          sampler,
          plan,
          noise,
          (step, x, bytes) -> {
            NDArray copy = x.duplicate();
            copy.attach(manager);
            samples.add(copy);
          });
    }
    return samples;
  }

  /** The reference holds the conditional half alone. */
  private void assertTrajectory(List<NDArray> samples, String name) throws IOException {
    Goldens.assertClose(NDArrays.stack(new NDList(samples)), expected, name);
  }

  @Test
  void eulerIsThatOfThePublicCode() throws IOException {
    assertTrajectory(trajectory(new EulerSampler(POINTS, false)), "ode_euler_trajectory");
  }

  @Test
  void ddimIsEulerOnTheStraightPath() throws IOException {
    DdimSampler ddim =
        new DdimSampler(StraightPath.INSTANCE.respace(POINTS, TimestepSpacing.ENDPOINTS), false);
    assertTrajectory(trajectory(ddim), "ode_euler_trajectory");
  }

  @Test
  void heunIsThatOfThePublicCode() throws IOException {
    List<NDArray> calls = trajectory(new HeunSampler(2 * POINTS, false));
    List<NDArray> moves = new ArrayList<>();
    for (int call = 1; call < calls.size(); call += 2) {
      moves.add(calls.get(call));
    }
    assertTrajectory(moves, "ode_heun_trajectory");
  }

  @Test
  void sdeIsThatOfThePublicCode() throws IOException {
    StepNoise noises = StepNoise.given(expected.read("sde_noises", manager));
    Sampler sampler = new SdeSampler(POINTS, SdeSampler.Diffusion.SIGMA, false, noises);
    float[] times = expected.readFloats("sde_model_times");
    for (int step = 0; step < POINTS; step++) {
      assertThat((float) sampler.schedule().timestep(step))
          .isEqualTo(times[2 * step], within(1e-6f));
    }
    assertTrajectory(trajectory(sampler), "sde_trajectory");
  }
}
