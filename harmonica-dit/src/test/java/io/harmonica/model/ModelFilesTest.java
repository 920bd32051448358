package io.harmonica.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Finding a model's files. */
final class ModelFilesTest {
  private static final String USUAL = "diffusion_pytorch_model.safetensors";

  @TempDir private Path folder;

  private void write(String file, String tensor) throws IOException {
    new SafetensorsWriter()
        .put(tensor, new Shape(2), new float[] {1, 2})
        .write(folder.resolve(file));
  }

  @Test
  void usualNamesComeFirst() throws IOException {
    write("diffusion_pytorch_model.fp16.safetensors", "w");
    write("other.safetensors", "w");
    assertThatThrownBy(() -> ModelFiles.find(folder, "vae"))
        .hasMessageContaining("several checkpoints")
        .hasMessageContaining("name one of them");
    write(USUAL, "w");
    ModelFiles files = ModelFiles.find(folder, "vae");
    assertThat(files.weights()).isEqualTo(folder.resolve(USUAL));
    assertThat(files.config()).isEmpty();
    Files.writeString(folder.resolve("config.json"), "{}");
    assertThat(ModelFiles.find(folder, "vae").config()).contains("{}");
    assertThat(ModelFiles.find(folder.resolve("other.safetensors"), "vae").config()).contains("{}");
  }

  @Test
  void aConfigurationThatIsNoTextIsNamed() throws IOException {
    Path index = Files.write(folder.resolve("model_index.json"), new byte[] {'{', (byte) 0xe4});
    assertThatThrownBy(() -> ModelFiles.pipelineClass(folder))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining(index + ": is no UTF-8 text");
  }

  @Test
  void checksumsOfAllParts() throws IOException {
    write("a-00001.safetensors", "a");
    write("a-00002.safetensors", "b");
    Path index = folder.resolve(USUAL + ".index.json");
    Files.writeString(
        index,
        "{\"weight_map\": {\"b\": \"a-00002.safetensors\", \"a\": \"a-00001.safetensors\"}}");
    ModelFiles files = ModelFiles.find(folder, "vae");
    assertThat(files.sha256())
        .containsOnlyKeys(USUAL + ".index.json", "a-00001.safetensors", "a-00002.safetensors");
    assertThat(files.sha256().values()).doesNotHaveDuplicates();
    try (TensorSource source = files.open()) {
      assertThat(source.names()).containsExactlyInAnyOrder("a", "b");
    }
  }

  @Test
  void checksumIsTheUsualOne() throws IOException {
    Path file = folder.resolve("x.pt");
    Files.writeString(file, "abc");
    assertThat(ModelFiles.find(file, "vae").sha256())
        .containsEntry("x.pt", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}
