package io.harmonica.sit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.CacheHook;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.checkpoint.torch.TorchFileWriter;
import io.harmonica.diffusion.Prediction;
import io.harmonica.diffusion.StraightPath;
import io.harmonica.dit.DitCheckpoint;
import io.harmonica.dit.DitConfig;
import io.harmonica.dit.Goldens;
import io.harmonica.dit.LoadedDit;
import io.harmonica.kernel.Precision;
import io.harmonica.pipeline.DiffusionPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What tells a SiT from a DiT, and the forms in which SiTs come. */
final class SitCheckpointTest {
  private static final DitConfig SMALL = new DitConfig(8, 4, 4, 16, 1, 2, 2, 3, 0.1, true);

  @TempDir Path folder;

  private static Path golden(String name) {
    return Goldens.folder("sit-tiny").resolve(name);
  }

  private Path copied(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.copy(golden("sit.safetensors"), file);
  }

  private void config(String entry) throws IOException {
    String json = Files.readString(golden("config.json"));
    Files.writeString(folder.resolve("config.json"), json.replaceFirst("\\{", "{" + entry));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SiT-XL-2-256x256.safetensors", "sit.safetensors", "SIT.safetensors"})
  void namesThatBeginWithSitAreSigns(String name) throws IOException {
    Path file = copied(name);
    assertThat(SitCheckpoint.sign(file, Optional.empty()))
        .contains("the name " + name + " begins with SiT");
  }

  @Test
  void foldersHaveNamesToo() throws IOException {
    copied("SiT-tiny/model.safetensors");
    assertThat(SitCheckpoint.sign(folder.resolve("SiT-tiny"), Optional.empty()))
        .contains("the name SiT-tiny begins with SiT");
  }

  @ParameterizedTest
  @CsvSource({
    "'\"family\": \"SiT\",', its configuration's family is sit",
    "'\"_class_name\": \"SiTTransformer2DModel\",', its configuration's class is"
        + " SiTTransformer2DModel"
  })
  void configurationsTell(String entry, String sign) throws IOException {
    Path file = copied("model.safetensors");
    config(entry);
    assertThat(SitCheckpoint.sign(file, Optional.empty())).contains(sign);
    try (NDManager manager = NDManager.newBaseManager()) {
      LoadedDit loaded = SitCheckpoint.open(file, Optional.empty(), Precision.FLOAT32, manager);
      assertThat(loaded.config().depth()).isEqualTo(4);
    }
  }

  @Test
  void configurationsCountMoreThanNames() throws IOException {
    Path file = copied("sit.safetensors");
    config("\"family\": \"dit\",");
    assertThat(SitCheckpoint.sign(file, Optional.empty())).isEmpty();
  }

  @Test
  void otherwiseThereIsNoSign() throws IOException {
    Path file = copied("model.safetensors");
    config("");
    assertThat(SitCheckpoint.sign(file, Optional.empty())).isEmpty();
  }

  @Test
  void trainingCheckpointsHoldTheAveragedWeights() throws IOException {
    TorchFileWriter writer = new TorchFileWriter();
    try (TensorSource source = SafetensorsFile.open(golden("sit.safetensors"))) {
      for (String name : source.names()) {
        float[] values = source.readFloats(name);
        writer.put("model." + name, source.info(name).shape(), () -> new float[values.length]);
        writer.put("ema." + name, source.info(name).shape(), () -> values);
      }
    }
    Path file = folder.resolve("0400000.pt");
    writer.write(file);
    assertSameVelocity(file, Optional.of(golden("config.json")));
  }

  @Test
  void torchFilesAreRead() throws IOException {
    assertSameVelocity(golden("sit.pt"), Optional.empty());
  }

  @Test
  void pipelineFoldersAreOpened() throws IOException {
    Files.writeString(folder.resolve("model_index.json"), "{\"_class_name\": \"SiTPipeline\"}");
    copied("transformer/diffusion_pytorch_model.safetensors");
    String json = Files.readString(golden("config.json"));
    Files.writeString(
        folder.resolve("transformer/config.json"),
        json.replaceFirst("\\{", "{\"_class_name\": \"SiTTransformer2DModel\","));
    try (DiffusionPipeline pipeline = DiffusionPipeline.open(folder)) {
      assertThat(pipeline.model().denoiser().prediction()).isEqualTo(Prediction.VELOCITY);
      assertThat(pipeline.setup(4).sampler(0).schedule().steps()).isEqualTo(4);
    }
  }

  private static void assertSameVelocity(Path file, Optional<Path> config) throws IOException {
    try (NDManager manager = NDManager.newBaseManager();
        SafetensorsFile expected = SafetensorsFile.open(golden("expected.safetensors"))) {
      LoadedDit loaded = SitCheckpoint.open(file, config, Precision.FLOAT32, manager);
      assertThat(loaded.diffusion().schedule()).isEqualTo(StraightPath.INSTANCE);
      try (SitModel model = new SitModel(manager, loaded.config(), loaded.weights())) {
        assertThat(model.prediction()).isEqualTo(Prediction.VELOCITY);
        NDArray noise = expected.read("noise", manager);
        var labels = model.condition(manager, expected.read("labels", manager).toIntArray());
        NDArray velocity = model.predict(noise, 0.3, labels.conditional(), CacheHook.COMPUTE);
        Goldens.assertClose(velocity, expected, "velocity_t0.3");
      }
    }
  }

  @Test
  void randomOnesSayWhatTheyAre() throws IOException {
    Path safe = folder.resolve("random.safetensors");
    Path torch = folder.resolve("random.pt");
    RandomSit.writeSafetensors(safe, SMALL, 3);
    RandomSit.writeTorch(torch, SMALL, 3);
    try (NDManager manager = NDManager.newBaseManager()) {
      for (Path file : new Path[] {safe, torch}) {
        assertThat(SitCheckpoint.sign(file, Optional.empty()))
            .contains("its configuration's family is sit");
        assertThat(SitCheckpoint.open(file, Optional.empty(), Precision.FLOAT32, manager).config())
            .isEqualTo(SMALL);
      }
      assertThat(DitCheckpoint.open(safe, Optional.empty(), manager).config()).isEqualTo(SMALL);
    }
  }

  @Test
  void publicSizesHaveNames() {
    for (String size : new String[] {"S/2", "B/4", "L/8", "XL/2"}) {
      assertThat(SitCheckpoint.named("SiT-" + size, 64))
          .isEqualTo(DitConfig.named("DiT-" + size, 64));
    }
    assertThatThrownBy(() -> SitCheckpoint.named("SiT-H/2", 32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("configuration \"SiT-H/2\" is unknown, expected SiT-{S,B,L,XL}/{2,4,8}");
  }
}
