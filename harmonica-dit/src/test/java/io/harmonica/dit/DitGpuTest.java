package io.harmonica.dit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.CacheHook;
import io.harmonica.checkpoint.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

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
}
