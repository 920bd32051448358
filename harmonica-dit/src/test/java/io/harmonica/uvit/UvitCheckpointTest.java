package io.harmonica.uvit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.diffusion.VpSde;
import io.harmonica.dit.DitConfig;
import io.harmonica.dit.Goldens;
import io.harmonica.dit.RandomDit;
import io.harmonica.kernel.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class UvitCheckpointTest {
  @TempDir Path folder;

  /** Writes a model without its configuration, and without one tensor. */
  private Path bare(UvitConfig config, Set<String> without) throws IOException {
    Path whole = folder.resolve("whole.safetensors");
    Path bare = folder.resolve("bare.safetensors");
    RandomUvit.writeSafetensors(whole, config, 2);
    SafetensorsWriter writer = new SafetensorsWriter();
    try (TensorSource source = SafetensorsFile.open(whole)) {
      for (String name : source.names()) {
        if (!without.contains(name)) {
          float[] values = source.readFloats(name);
          writer.put(name, TensorType.F32, source.info(name).shape(), () -> values);
        }
      }
      writer.write(bare);
    }
    return bare;
  }

  private static LoadedUvit open(Path file, NDManager manager) throws IOException {
    return UvitCheckpoint.open(file, Optional.empty(), Precision.FLOAT32, manager);
  }

  @ParameterizedTest
  @CsvSource({"4, 1001, true, false, false", "3, 1000, false, true, true"})
  void shapesTellPublicWidths(
      int channels, int classes, boolean nullLabel, boolean time, boolean conv) throws IOException {
    UvitConfig config =
        new UvitConfig(8, 4, channels, 512, 2, 8, 2, false, time, classes, conv, nullLabel);
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThat(open(bare(config, Set.of()), manager).config()).isEqualTo(config);
    }
  }

  @Test
  void otherWidthsNeedAConfiguration() throws IOException {
    Path file = bare(new UvitConfig(8, 4, 4, 16, 2, 2, 4, false, false, 3, false, true), Set.of());
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThatThrownBy(() -> open(file, manager))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("its width 16 does not tell the number of attention heads")
          .hasMessageContaining("give the model's configuration");
    }
  }

  @Test
  void missingTensorsAreNamed() throws IOException {
    UvitConfig config = new UvitConfig(8, 4, 4, 512, 2, 8, 2, false, false, 3, false, true);
    Path file = bare(config, Set.of("out_blocks.0.skip_linear.bias"));
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThatThrownBy(() -> open(file, manager))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("out_blocks.0.skip_linear.bias is missing");
      assertThat(manager.getManagedArrays()).isEmpty();
    }
  }

  @Test
  void isToldFromADit() throws IOException {
    Path dit = folder.resolve("dit.safetensors");
    RandomDit.writeSafetensors(dit, new DitConfig(8, 4, 4, 16, 1, 2, 2, 3, 0.1, true), 1);
    assertThat(UvitCheckpoint.isIn(dit)).isFalse();
    assertThat(UvitCheckpoint.isIn(Goldens.folder("uvit-tiny").resolve("uvit.pth"))).isTrue();
    try (NDManager manager = NDManager.newBaseManager()) {
      assertThatThrownBy(() -> open(dit, manager))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("holds no U-ViT");
    }
  }

  @Test
  void randomFilesOfBothKindsHoldTheSame() throws IOException {
    UvitConfig config = new UvitConfig(8, 4, 4, 16, 2, 2, 4, false, false, 3, false, true);
    Path torch = folder.resolve("random.pth");
    Path safe = folder.resolve("random.safetensors");
    RandomUvit.writeTorch(torch, config, 5);
    RandomUvit.writeSafetensors(safe, config, 5);
    try (NDManager manager = NDManager.newBaseManager()) {
      LoadedUvit one = open(torch, manager);
      LoadedUvit other = open(safe, manager);
      assertThat(one.config()).isEqualTo(other.config()).isEqualTo(config);
      one.weights()
          .forEach(
              (name, weight) ->
                  assertThat(weight.toFloatArray())
                      .as(name)
                      .isEqualTo(other.weights().get(name).toFloatArray()));
    }
  }

  private static UvitConfig size(int image, int patch, int width, int depth, int heads) {
    return new UvitConfig(image, patch, 4, width, depth, heads, 4, false, false, 1001, false, true);
  }

  @Test
  void publicSizesHaveNames() {
    UvitConfig huge = UvitConfig.named("U-ViT-H/2", 32);
    assertThat(huge.blocks()).isEqualTo(29);
    assertThat(huge.tokens()).isEqualTo(258);
    assertThat(UvitConfig.fromJson(huge.toJson())).isEqualTo(huge);
    assertThat(UvitConfig.named("uvit-s/2", 32).numHeads()).isEqualTo(8);
    assertThat(UvitConfig.named("U-ViT-M/4", 64)).isEqualTo(size(64, 4, 768, 16, 12));
    assertThat(UvitConfig.named("U-ViT-L/2", 32)).isEqualTo(size(32, 2, 1024, 20, 16));
    assertThat(new UvitConfig(8, 4, 3, 16, 2, 2, 4, false, false, 3, true, false).path())
        .isEqualTo(VpSde.INSTANCE);
    assertThatThrownBy(() -> UvitConfig.named("U-ViT-XL/2", 32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected U-ViT-{S,M,L,H}/{2,4}");
  }

  @ParameterizedTest
  @CsvSource({
    "img_size, 7, 'img_size is 7, expected a multiple of patch_size 2'",
    "depth, 1026, 'depth is 1026, expected a whole number from 2 to 1024'",
    "depth, 3, 'embed_dim is 64 and depth 3, expected even numbers'",
    "num_heads, 5, 'embed_dim is 64, expected a multiple of num_heads 5'",
    "num_classes, 0, 'num_classes is 0, expected a whole number from 2 to 1048576'"
  })
  void unsoundConfigurationsAreRefused(String member, int value, String message)
      throws IOException {
    String json =
        Files.readString(Goldens.folder("uvit-tiny").resolve("config.json"))
            .replaceFirst("\"" + member + "\": [0-9]+", "\"" + member + "\": " + value);
    assertThatThrownBy(() -> UvitConfig.fromJson(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
