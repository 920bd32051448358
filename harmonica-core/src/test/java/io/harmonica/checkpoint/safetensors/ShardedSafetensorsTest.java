package io.harmonica.checkpoint.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.Checkpoints;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorSource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardedSafetensorsTest {

  @TempDir Path folder;
  private Path index;

  @BeforeEach
  void writeShards() throws IOException {
    index = folder.resolve("model.safetensors.index.json");
    new SafetensorsWriter()
        .put("a", new Shape(2), new float[] {1, 2})
        .write(folder.resolve("1.st"));
    Files.createDirectory(folder.resolve("sub"));
    new SafetensorsWriter()
        .put("b", new Shape(1), new long[] {3})
        .put("c", new Shape(1), new float[] {4})
        .write(folder.resolve("sub/2.st"));
  }

  private Path index(String weightMap) throws IOException {
    return Files.writeString(
        index,
        "{\"metadata\":{\"total_size\":20,\"format\":\"pt\",\"x\":[1]},\"weight_map\":"
            + weightMap
            + "}");
  }

  @Test
  void tensorsComeFromTheirFiles() throws IOException {
    index("{\"c\":\"sub/2.st\",\"a\":\"1.st\",\"b\":\"sub/2.st\"}");
    TensorSource model = Checkpoints.open(index);
    try (model;
        NDManager manager = NDManager.newBaseManager()) {
      assertThat(model.names()).containsExactly("c", "a", "b");
      assertThat(model.path()).isEqualTo(index);
      assertThat(model.metadata()).containsEntry("total_size", "20").hasSize(2);
      assertThat(model.readFloats("c")).containsExactly(4);
      assertThat(model.read("b", manager).toLongArray()).containsExactly(3);
      assertThat(model.info("a").shape()).isEqualTo(new Shape(2));
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      model.copy("a", out);
      assertThat(out.size()).isEqualTo(8);
      assertThatThrownBy(() -> model.info("d"))
          .isInstanceOf(MalformedCheckpointException.class)
          .hasMessageContaining("holds no tensor d but 3 others (c, a, b)");
    }
    assertThatThrownBy(() -> model.readFloats("c")).isInstanceOf(ClosedChannelException.class);
  }

  @Test
  void allMissingFilesAreNamedTogether() throws IOException {
    index("{\"a\":\"1.st\",\"x\":\"3.st\",\"y\":\"4.st\",\"z\":\"3.st\"}");
    assertThatThrownBy(() -> ShardedSafetensors.open(index))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining("2 of 3 files are missing: 3.st, 4.st; download them into " + folder);
  }

  @Test
  void tensorsTheFilesLackAreNamed() throws IOException {
    index("{\"a\":\"1.st\",\"b\":\"1.st\"}");
    assertThatThrownBy(() -> ShardedSafetensors.open(index))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining("1 tensors are not in the files it names: b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../1.st",
        "/etc/passwd",
        "sub/../1.st",
        "",
        ".",
        "a//b",
        "C:x",
        "a\\\\b",
        "a\\u0000"
      })
  void filesElsewhereAreRefused(String name) throws IOException {
    index("{\"a\":\"" + name + "\"}");
    assertThatThrownBy(() -> ShardedSafetensors.open(index))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining("names a file outside its folder");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{}",
        "{\"weight_map\":{}}",
        "{\"weight_map\":{\"a\":1}}",
        "{\"weight_map\":{\"a\":\"1.st\",\"a\":\"1.st\"}}",
        "{\"weight_map\":{\"a\":\"1.st\"}}{}",
        "{\"weight_map\":[\"a\"]}",
        "{'weight_map':{}}"
      })
  void damagedIndexesAreRefused(String content) throws IOException {
    Files.writeString(index, content);
    assertThatThrownBy(() -> ShardedSafetensors.open(index))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageStartingWith(index + ": ");
  }
}
