package io.harmonica.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.kernel.Precision;
import io.harmonica.model.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Random text encoders, and encoders from files that lack something. */
final class RandomT5Test {
  private static final T5Config CONFIG = new T5Config(70, 24, 8, 2, 3, 40, 32, 128, 1e-6);
  private static final CaptionTokens CAPTION = new CaptionTokens(new int[] {5, 6, 7, 1}, 6, "");

  @TempDir private Path folder;
  private final NDManager manager = NDManager.newBaseManager("PyTorch");

  @AfterEach
  void close() {
    manager.close();
  }

  private NDArray encode(Path path, Precision precision) throws IOException {
    try (T5Encoder encoder = T5Encoder.open(path, precision, manager)) {
      return encoder.encode(manager, List.of(CAPTION));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "F16", "BF16"})
  void oneFileOrManyAreTheSameModel(TensorType type) throws IOException {
    Path whole = folder.resolve("whole");
    Path sharded = folder.resolve("sharded");
    RandomT5.write(whole, CONFIG, type, 3, RandomT5.SHARD_BYTES);
    RandomT5.write(sharded, CONFIG, type, 3, 4000);
    try (Stream<Path> files = Files.list(sharded)) {
      assertThat(files.count()).isGreaterThan(5);
    }
    assertThat(whole.resolve("model.safetensors.index.json")).doesNotExist();
    float[] vectors = encode(whole, Precision.FLOAT32).toFloatArray();
    assertThat(encode(sharded, Precision.FLOAT32).toFloatArray()).isEqualTo(vectors);
    for (float value : vectors) {
      assertThat(Math.abs(value)).isLessThan(20);
    }
    assertThat(encode(sharded, Precision.BFLOAT16).getShape()).isEqualTo(new Shape(1, 6, 24));
  }

  @Test
  void seedsDecideTheBytes() throws IOException {
    for (int i = 0; i < 3; i++) {
      RandomT5.write(folder.resolve("" + i), CONFIG, TensorType.BF16, i / 2, 1 << 20);
    }
    Map<String, String> first = ModelFiles.find(folder.resolve("0"), "x").sha256();
    assertThat(ModelFiles.find(folder.resolve("1"), "x").sha256()).isEqualTo(first);
    assertThat(ModelFiles.find(folder.resolve("2"), "x").sha256()).isNotEqualTo(first);
  }

  @Test
  void aMissingShardIsNamed() throws IOException {
    RandomT5.write(folder, CONFIG, TensorType.F32, 0, 8000);
    Path shard = folder.resolve(shards().get(1));
    Files.delete(shard);
    assertThatThrownBy(() -> encode(folder, Precision.FLOAT32))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining("1 of " + (shards().size() + 1) + " files are missing")
        .hasMessageContaining(shard.getFileName().toString());
  }

  private List<String> shards() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.contains("-of-"))
          .sorted()
          .toList();
    }
  }

  @Test
  void wrongTensorsAreNamed() throws IOException {
    RandomT5.write(folder, CONFIG, TensorType.F32, 0, RandomT5.SHARD_BYTES);
    rewrite(
        Map.of(
            T5Shapes.attention(1, "k"),
            new Shape(24, 24),
            "encoder.block.3.layer.0.layer_norm.weight",
            new Shape(24)),
        T5Shapes.FINAL_NORM);
    assertThatThrownBy(() -> encode(folder, Precision.FLOAT32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(T5Shapes.attention(1, "k") + " is (24, 24), expected (16, 24)")
        .hasMessageContaining(T5Shapes.FINAL_NORM + " is missing")
        .hasMessageContaining("encoder.block.3.layer.0.layer_norm.weight is not part")
        .hasMessageNotContaining("\n");
    assertThat(manager.getManagedArrays()).isEmpty();
  }

  @Test
  void theEmbeddingMayHaveItsOtherName() throws IOException {
    RandomT5.write(folder, CONFIG, TensorType.F32, 0, RandomT5.SHARD_BYTES);
    float[] expected = encode(folder, Precision.FLOAT32).toFloatArray();
    Path file = folder.resolve("model.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter();
    try (TensorSource source = ModelFiles.find(folder, "x").open()) {
      for (String name : source.names()) {
        String other = name.equals(T5Shapes.EMBEDDING) ? T5Shapes.EMBEDDING_TOO : name;
        // Doubles, too, are numbers.
        writer.put(other, source.info(name).shape(), doubles(source.readFloats(name)));
      }
      writer.write(file);
    }
    assertThat(encode(folder, Precision.FLOAT32).toFloatArray()).isEqualTo(expected);
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  private void rewrite(Map<String, Shape> put, String left) throws IOException {
    Path file = folder.resolve("model.safetensors");
    SafetensorsWriter writer = new SafetensorsWriter();
    put.forEach((name, shape) -> writer.put(name, shape, new float[(int) shape.size()]));
    try (TensorSource source = ModelFiles.find(folder, "x").open()) {
      for (String name : source.names()) {
        if (!put.containsKey(name) && !name.equals(left)) {
          writer.put(name, source);
        }
      }
      writer.write(file);
    }
  }

  @Test
  void aFolderWithoutConfigurationIsRefused() throws IOException {
    RandomT5.write(folder, CONFIG, TensorType.F32, 0, RandomT5.SHARD_BYTES);
    Files.delete(folder.resolve("config.json"));
    assertThatThrownBy(() -> encode(folder, Precision.FLOAT32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no config.json beside it");
    assertThatThrownBy(() -> RandomT5.write(folder, CONFIG, TensorType.F32, 0, 0))
        .hasMessageContaining("the limit of a file is 0");
  }
}
