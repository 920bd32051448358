package io.harmonica.dit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that a DiT may look like on disk. */
final class DitCheckpointTest {
  private static final Path TINY = Goldens.folder("dit-tiny");
  private static final Path DIFFUSERS = Goldens.folder("pixart-tiny/dit_transformer");
  private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";
  private static final String TABLE = "y_embedder.embedding_table.weight";

  private final NDManager manager = NDManager.newBaseManager("PyTorch");
  @TempDir private Path folder;

  @AfterEach
  void close() {
    manager.close();
  }

  private LoadedDit open(Path path) throws IOException {
    return DitCheckpoint.open(path, Optional.empty(), manager);
  }

  private static DitConfig tinyConfig() throws IOException {
    return DitConfig.fromJson(Files.readString(TINY.resolve("config.json")));
  }

  /** Writes the tiny model with changed names; averages are negated. */
  private static void write(Path to, SafetensorsWriter writer, String prefix) throws IOException {
    try (TensorSource source = SafetensorsFile.open(TINY.resolve("dit.safetensors"))) {
      for (String name : source.names()) {
        float[] values = source.readFloats(name);
        for (int i = 0; i < values.length && prefix.equals("ema."); i++) {
          values[i] = -values[i];
        }
        writer.put(prefix + name, source.info(name).shape(), values);
      }
      writer.write(to);
    }
  }

  @Test
  void fileWithConfigurationBesideIt() throws IOException {
    try (LoadedDit dit = open(TINY.resolve("dit.safetensors"))) {
      assertThat(dit.config()).isEqualTo(tinyConfig());
      assertThat(dit.weights()).hasSize(DitShapes.of(dit.config()).size());
      assertThat(dit.weights().get(TABLE).getManager()).isSameAs(manager);
      assertThat(dit.sha256()).containsOnlyKeys("dit.safetensors");
      assertThat(dit.sha256().get("dit.safetensors")).matches("[0-9a-f]{64}");
    }
    assertThat(manager.getManagedArrays()).isEmpty();
  }

  @Test
  void pyTorchFileHoldsTheSame() throws IOException {
    try (LoadedDit torch = open(TINY.resolve("dit.pt"));
        LoadedDit safe = open(TINY.resolve("dit.safetensors"))) {
      assertThat(torch.config()).isEqualTo(safe.config());
      assertThat(torch.weights()).containsOnlyKeys(safe.weights().keySet());
      torch
          .weights()
          .forEach(
              (name, weight) ->
                  assertThat(weight.toFloatArray())
                      .as(name)
                      .isEqualTo(safe.weights().get(name).toFloatArray()));
    }
  }

  @Test
  void configurationInTheMetadata() throws IOException {
    Path file = folder.resolve("model.safetensors");
    write(file, new SafetensorsWriter().metadata("config", tinyConfig().toJson()), "");
    assertThat(open(file).config()).isEqualTo(tinyConfig());
    assertThat(open(folder).config()).isEqualTo(tinyConfig());
  }

  @Test
  void givenConfiguration() throws IOException {
    Path file = folder.resolve("model.safetensors");
    write(file, new SafetensorsWriter().metadata("config", "nonsense"), "");
    Optional<Path> config = Optional.of(TINY.resolve("config.json"));
    assertThat(DitCheckpoint.open(file, config, manager).config()).isEqualTo(tinyConfig());
    Optional<Path> nowhere = Optional.of(folder.resolve("nowhere.json"));
    assertThatThrownBy(() -> DitCheckpoint.open(file, nowhere, manager))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("nowhere.json");
  }

  @Test
  void averagedWeightsOfATrainingCheckpoint() throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter().metadata("config", tinyConfig().toJson());
    writer.put("opt.step", new Shape(1), new float[] {1});
    write(folder.resolve("first.safetensors"), writer, "model.");
    write(folder.resolve("both.safetensors"), writer, "ema.");
    try (LoadedDit averaged = open(folder.resolve("both.safetensors"));
        LoadedDit last = open(folder.resolve("first.safetensors"))) {
      assertThat(averaged.weights()).hasSize(DitShapes.of(tinyConfig()).size());
      assertThat(averaged.weights().get(TABLE).neg()).isEqualTo(last.weights().get(TABLE));
    }
    assertThatThrownBy(() -> open(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("several checkpoints: both.safetensors, first.safetensors");
  }

  @Test
  void diffusersFolderAndPipeline() throws IOException {
    DitConfig config = DiffusersDit.config(Files.readString(DIFFUSERS.resolve("config.json")));
    try (LoadedDit dit = open(DIFFUSERS)) {
      assertThat(dit.config()).isEqualTo(config);
      assertThat(dit.weights()).containsKey("blocks.2.attn.qkv.weight").containsKey("pos_embed");
      assertThat(dit.sha256()).containsOnlyKeys(WEIGHTS);
    }
    Path transformer = Files.createDirectory(folder.resolve("transformer"));
    Files.writeString(folder.resolve("model_index.json"), "{}");
    assertThatThrownBy(() -> open(folder)).hasMessageContaining(transformer + ": holds no");
    for (String name : new String[] {WEIGHTS, "config.json"}) {
      Files.copy(DIFFUSERS.resolve(name), transformer.resolve(name));
    }
    assertThat(open(folder).config()).isEqualTo(config);
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    Path file = folder.resolve("model.safetensors");
    write(file, new SafetensorsWriter(), "");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> open(file))
        .withMessageContaining("width 64 does not tell the number of attention heads; give");
    Files.writeString(folder.resolve("config.json"), "{\"_class_name\": \"UNet2DModel\"}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> open(file))
        .withMessageContaining(
            "config.json: the model's configuration has _class_name = UNet2DModel");
    Path vae = Goldens.folder("pixart-tiny/vae");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> open(vae))
        .withMessageContaining("holds no DiT: it has no tensor x_embedder.proj.weight");
    assertThatThrownBy(() -> open(folder.resolve("nothing")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("there is no such file or folder");
    assertThat(manager.getManagedArrays()).isEmpty();
  }
}
