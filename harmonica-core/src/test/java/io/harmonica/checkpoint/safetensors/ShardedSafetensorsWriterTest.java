package io.harmonica.checkpoint.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.Checkpoints;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.checkpoint.tensor.TensorType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShardedSafetensorsWriterTest {
  private static final Shape FOUR = new Shape(4);

  @TempDir Path folder;

  private static ShardedSafetensorsWriter writer(long limit) {
    return new ShardedSafetensorsWriter(limit)
        .put("a", TensorType.F32, FOUR, () -> new float[] {1, 2, 3, 4})
        .put("b", TensorType.F32, FOUR, () -> new float[] {5, 6, 7, 8})
        .put("c", TensorType.BF16, FOUR, () -> new float[] {9, 10, 11, 12});
  }

  @Test
  void filesHoldAsMuchAsTheyMay() throws IOException {
    List<Path> files = writer(24).write(folder, "model");
    assertThat(files)
        .containsExactly(
            folder.resolve("model-00001-of-00002.safetensors"),
            folder.resolve("model-00002-of-00002.safetensors"),
            folder.resolve("model.safetensors.index.json"));
    try (TensorSource source = Checkpoints.open(folder)) {
      assertThat(source.names()).containsExactly("a", "b", "c");
      assertThat(source.readFloats("a")).containsExactly(1, 2, 3, 4);
      assertThat(source.readFloats("c")).containsExactly(9, 10, 11, 12);
    }
    try (TensorSource second = SafetensorsFile.open(files.get(1))) {
      assertThat(second.names()).containsExactly("b", "c");
    }
    assertThat(Files.readString(files.get(2))).contains("\"total_size\":40");
  }

  @Test
  void whatFitsIsOneFileWithoutIndex() throws IOException {
    assertThat(writer(40).write(folder, "model"))
        .containsExactly(folder.resolve("model.safetensors"));
    try (TensorSource source = Checkpoints.open(folder)) {
      assertThat(source.readFloats("b")).containsExactly(5, 6, 7, 8);
    }
  }

  @Test
  void largeTensorsGetFilesOfTheirOwn() throws IOException {
    assertThat(writer(1).write(folder, "model")).hasSize(4);
  }

  @Test
  void namesAndLimitsAreChecked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> writer(20).put("a", TensorType.F32, FOUR, () -> new float[4]))
        .withMessageContaining("a is taken");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ShardedSafetensorsWriter(0))
        .withMessageContaining("is 0");
  }

  @Test
  void noIndexPointsToWhatIsNotThere() {
    ShardedSafetensorsWriter writer = writer(1).put("d", TensorType.F32, FOUR, () -> new float[3]);
    assertThatThrownBy(() -> writer.write(folder, "model"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(folder.resolve("model.safetensors.index.json")).doesNotExist();
  }
}
