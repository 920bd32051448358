package io.harmonica.pixart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.checkpoint.torch.TorchFileWriter;
import io.harmonica.diffusion.Noise;
import io.harmonica.dit.Goldens;
import io.harmonica.kernel.Precision;
import io.harmonica.model.DiffusersScheduler;
import io.harmonica.text.EncodedCaptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders as people have them: whole, sharded, as PyTorch files, incomplete and foreign. */
final class PixArtCheckpointTest {
  private static final Path FOLDER = Goldens.folder("pixart-tiny");
  private static final String WEIGHTS = "diffusion_pytorch_model.safetensors";

  @TempDir Path folder;

  private final NDManager manager = NDManager.newBaseManager("PyTorch");

  @AfterEach
  void close() {
    manager.close();
  }

  private LoadedPixArt open(Path path) throws IOException {
    return PixArtCheckpoint.open(path, Precision.FLOAT32, manager);
  }

  @Test
  void joinsQueriesKeysAndValues() throws IOException {
    LoadedPixArt loaded = open(FOLDER);
    float[] qkv = loaded.weights().get("transformer_blocks.1.attn1.to_qkv.weight").toFloatArray();
    float[] kv = loaded.weights().get("transformer_blocks.1.attn2.to_kv.bias").toFloatArray();
    assertThat(loaded.sha256()).containsOnlyKeys(WEIGHTS);
    try (SafetensorsFile file = SafetensorsFile.open(FOLDER.resolve("transformer/" + WEIGHTS))) {
      assertThat(Arrays.copyOfRange(qkv, 64 * 64, 2 * 64 * 64))
          .isEqualTo(file.readFloats("transformer_blocks.1.attn1.to_k.weight"));
      assertThat(Arrays.copyOfRange(kv, 64, 128))
          .isEqualTo(file.readFloats("transformer_blocks.1.attn2.to_v.bias"));
    }
  }

  /** The reference model's tensors. */
  private Map<String, NDArray> tensors() throws IOException {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(FOLDER.resolve("transformer/" + WEIGHTS))) {
      for (String name : file.names()) {
        tensors.put(name, file.read(name, manager));
      }
    }
    return tensors;
  }

  private Path transformer() throws IOException {
    Path transformer = Files.createDirectories(folder.resolve("transformer"));
    Files.copy(FOLDER.resolve("transformer/config.json"), transformer.resolve("config.json"));
    return transformer;
  }

  private Path write(Map<String, NDArray> tensors) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    tensors.forEach(writer::put);
    writer.write(transformer().resolve(WEIGHTS));
    return folder;
  }

  private static void assertSame(LoadedPixArt one, LoadedPixArt other) {
    assertThat(one.weights().keySet()).isEqualTo(other.weights().keySet());
    one.weights()
        .forEach(
            (name, array) ->
                assertThat(array.toFloatArray())
                    .isEqualTo(other.weights().get(name).toFloatArray()));
  }

  @Test
  void pytorchFilesHoldTheSame() throws IOException {
    TorchFileWriter writer = new TorchFileWriter();
    tensors().forEach((name, array) -> writer.put(name, array.getShape(), array::toFloatArray));
    writer.write(transformer().resolve("diffusion_pytorch_model.bin"));
    assertSame(open(folder), open(FOLDER));
  }

  @Test
  void whatTrainingLeftBehindIsIgnored() throws IOException {
    Map<String, NDArray> tensors = tensors();
    tensors.put("caption_projection.y_embedding", manager.zeros(new Shape(12, 32)));
    assertSame(open(write(tensors)), open(FOLDER));
  }

  @Test
  void doublesAreNumbersAndIntegersAreNot() throws IOException {
    Map<String, NDArray> tensors = tensors();
    tensors.put("proj_out.bias", tensors.get("proj_out.bias").toType(DataType.FLOAT64, true));
    assertSame(open(write(tensors)), open(FOLDER));
    tensors.put("proj_out.bias", tensors.get("proj_out.bias").toType(DataType.INT64, true));
    SafetensorsWriter writer = new SafetensorsWriter();
    tensors.forEach(writer::put);
    writer.write(folder.resolve("transformer/" + WEIGHTS));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> open(folder))
        .withMessageContaining("proj_out.bias holds I64, no floating-point numbers");
  }

  @Test
  void allThatDoesNotFitIsReportedAtOnce() throws IOException {
    Map<String, NDArray> tensors = tensors();
    tensors.remove("transformer_blocks.2.attn2.to_k.bias");
    tensors.put("proj_out.weight", manager.zeros(new Shape(16, 64)));
    tensors.put("transformer_blocks.3.scale_shift_table", manager.zeros(new Shape(6, 64)));
    Path file = write(tensors).resolve("transformer/" + WEIGHTS);
    Throwable refusal = catchThrowable(() -> open(folder));
    assertThat(refusal)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("transformer_blocks.2.attn2.to_k.bias is missing")
        .hasMessageContaining("proj_out.weight is (16, 64), expected (32, 64)")
        .hasMessageContaining("transformer_blocks.3.scale_shift_table is not part");
    assertThat(refusal.getMessage().lines()).hasSize(1);
  }

  @Test
  void nothingIsLeftOfARefusedModel() throws IOException {
    Map<String, NDArray> tensors = tensors();
    tensors.remove("proj_out.bias");
    Path path = write(tensors);
    int before = manager.getManagedArrays().size();
    assertThatIllegalArgumentException().isThrownBy(() -> open(path));
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void configurationsAtFaultAreNamed() throws IOException {
    Path config = write(tensors()).resolve("transformer/config.json");
    Files.writeString(config, "{\"_class_name\": \"FluxTransformer2DModel\"}");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> open(folder))
        .withMessageStartingWith(config + ": ")
        .withMessageContaining("FluxTransformer2DModel");
    Files.delete(config);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> open(folder))
        .withMessageContaining("has no config.json beside it");
    assertThatThrownBy(() -> open(folder.resolve("nowhere"))).isInstanceOf(IOException.class);
  }

  private static final PixArtConfig SMALL = new PixArtConfig(8, 2, 4, 8, 2, 12, 2, 16, 1, true);

  @Test
  void randomModelsAreShardedAndFollowTheirSeed() throws IOException {
    Path one = folder.resolve("one");
    Path other = folder.resolve("other");
    RandomPixArt.write(one, SMALL, TensorType.BF16, 20_000, 5);
    RandomPixArt.write(other, SMALL, TensorType.BF16, 1 << 30, 5);
    List<String> files = list(one.resolve("transformer"));
    assertThat(files)
        .contains("config.json", WEIGHTS + ".index.json")
        .contains("diffusion_pytorch_model-00001-of-0000%d.safetensors".formatted(files.size() - 2))
        .hasSizeGreaterThan(4);
    assertThat(list(other.resolve("transformer"))).containsExactly("config.json", WEIGHTS);
    LoadedPixArt sharded = open(one);
    assertThat(sharded.config()).isEqualTo(SMALL);
    assertThat(sharded.sha256()).hasSize(files.size() - 1);
    assertSame(sharded, open(other));
    Path third = folder.resolve("third");
    RandomPixArt.write(third, SMALL, TensorType.BF16, 1 << 30, 6);
    assertThat(open(third).weights().get("proj_out.weight").toFloatArray())
        .isNotEqualTo(sharded.weights().get("proj_out.weight").toFloatArray());
  }

  private static List<String> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void randomModelsRun() throws IOException {
    RandomPixArt.write(folder, SMALL, TensorType.F32, 1 << 30, 5);
    LoadedPixArt loaded = open(folder);
    assertThat(DiffusersScheduler.open(folder).sampler(20, 0).name()).isEqualTo("dpmpp");
    try (PixArtModel model =
        new PixArtModel(manager, SMALL, new PixArtInput(8, 8, 8, 5), loaded.weights())) {
      EncodedCaptions captions =
          new EncodedCaptions(
              Noise.normal(manager, new Random(1), new Shape(1, 5, 16)),
              manager.ones(new Shape(1, 5)));
      NDList asked = model.condition(manager, captions, captions).conditional();
      NDArray noise = Noise.normal(manager, new Random(2), new Shape(1, 4, 8, 8));
      NDArray output = model.predict(noise, 500, asked, CacheHook.COMPUTE);
      assertThat(output.abs().max().getFloat()).isBetween(0.1f, 10f);
    }
  }

  @Test
  void missingShardsAreNamed() throws IOException {
    RandomPixArt.write(folder, SMALL, TensorType.F32, 20_000, 5);
    String shard =
        list(folder.resolve("transformer")).stream()
            .filter(name -> name.contains("-00002-of-"))
            .findFirst()
            .orElseThrow();
    Files.delete(folder.resolve("transformer").resolve(shard));
    assertThatThrownBy(() -> open(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(shard)
        .hasMessageContaining("missing");
  }
}
