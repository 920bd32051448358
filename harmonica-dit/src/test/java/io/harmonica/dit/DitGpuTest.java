package io.harmonica.dit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.diffusion.DdimSampler;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.kernel.Precision;
import io.harmonica.plan.PlanRequest;
import io.harmonica.policy.IntervalPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same code on a GPU. */
@Tag("gpu")
final class DitGpuTest {

  @Test
  void forwardMatchesTheReference() throws IOException {
    assumeTrue(Engine.getEngine("PyTorch").getGpuCount() > 0, "needs a CUDA device");
    Path folder = Goldens.folder("dit-tiny");
    DitConfig config = DitConfig.fromJson(Files.readString(folder.resolve("config.json")));
    try (NDManager manager = NDManager.newBaseManager(Device.gpu(), "PyTorch");
        SafetensorsFile weights = SafetensorsFile.open(folder.resolve("dit.safetensors"));
        SafetensorsFile expected = SafetensorsFile.open(folder.resolve("expected.safetensors"));
        DitModel model = new DitModel(manager, config, DitWeights.load(manager, config, weights))) {
      int time = expected.read("forward_timestep", manager).toIntArray()[0];
      NDArray output =
          model.predict(
              expected.read("noise", manager),
              time,
              model.condition(manager, expected.read("labels", manager).toIntArray()).conditional(),
              CacheHook.COMPUTE);
      assertThat(output.getDevice().isGpu()).isTrue();
      float[] actual = output.toFloatArray();
      float[] reference = expected.readFloats("forward");
      for (int i = 0; i < actual.length; i++) {
        // TF32 may be on, whose products keep ten bits.
        assertThat(actual[i]).isCloseTo(reference[i], within(2e-2f));
      }
    }
  }

  /** A cached, guided trajectory on the GPU against the same in float32 on the CPU. */
  @ParameterizedTest
  @CsvSource({"FLOAT32, 0.02", "BFLOAT16, 0.1", "FLOAT16, 0.05"})
  void cachedTrajectoryMatchesTheCpu(Precision precision, double tolerance) throws IOException {
    assumeTrue(Engine.getEngine("PyTorch").getGpuCount() > 0, "needs a CUDA device");
    float[] expected = sample(Device.cpu(), Precision.FLOAT32);
    float[] actual = sample(Device.gpu(), precision);
    double difference = 0;
    double size = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(actual[i] - expected[i], 2);
      size += Math.pow(expected[i], 2);
    }
    assertThat(Math.sqrt(difference / size)).isLessThan(tolerance);
  }

  private static float[] sample(Device device, Precision precision) throws IOException {
    Path folder = Goldens.folder("dit-tiny");
    try (NDManager manager = NDManager.newBaseManager(device, "PyTorch");
        LoadedDit loaded =
            DitCheckpoint.open(
                folder.resolve("dit.safetensors"),
                Optional.of(folder.resolve("config.json")),
                precision,
                manager);
        DitModel model = new DitModel(manager, loaded.config(), loaded.weights());
        GuidedDenoiser guided =
            new GuidedDenoiser(
                manager, model, model.condition(manager, 3, 7), loaded.diffusion().guidance(1.5))) {
      Shape shape = new Shape(2, 4, loaded.config().inputSize(), loaded.config().inputSize());
      return DenoisingLoop.sample(
              manager,
              guided,
              new DdimSampler(NoiseSchedule.linear().respace(4), false),
              new IntervalPolicy(2).plan(PlanRequest.of(4, model.layout())),
              Noise.normal(manager, new Random(1), shape),
              DenoisingLoop.Listener.NONE)
          .toFloatArray();
    }
  }
}
