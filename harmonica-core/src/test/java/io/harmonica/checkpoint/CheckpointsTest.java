package io.harmonica.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.harmonica.checkpoint.safetensors.Safetensors;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.safetensors.ShardedSafetensors;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.checkpoint.torch.TorchArchives;
import io.harmonica.checkpoint.torch.TorchFile;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointsTest {

  @TempDir Path folder;

  @Test
  void theContentDecidesNotTheName() throws IOException {
    Path file = folder.resolve("model.bin");
    Files.write(file, Safetensors.small());
    try (TensorSource source = Checkpoints.open(file)) {
      assertThat(source).isInstanceOf(SafetensorsFile.class);
    }
    try (TensorSource source = Checkpoints.open(folder)) {
      assertThat(source.path()).isEqualTo(file);
    }
    Files.write(file, TorchArchives.small());
    try (TensorSource source = Checkpoints.open(file)) {
      assertThat(source).isInstanceOf(TorchFile.class);
    }
  }

  /** A header's length may begin as an archive (PK) or a pickle (0x80) does. */
  @ParameterizedTest
  @ValueSource(ints = {0x4b50, 0x180})
  void headersOfAnyLengthAreSafetensors(int length) throws IOException {
    String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
    String padded = header + " ".repeat(length - header.length());
    Path file = folder.resolve("model.safetensors");
    Files.write(file, Safetensors.buffer(padded, 4).array());
    try (TensorSource source = Checkpoints.open(file)) {
      assertThat(source.names()).containsExactly("a");
    }
  }

  @Test
  void aFolderIsOpenedIfItHoldsOneCheckpoint() throws IOException {
    assertThatThrownBy(() -> Checkpoints.open(folder))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining("holds no .safetensors");
    Files.write(folder.resolve("a.pt"), TorchArchives.small());
    Files.write(folder.resolve("a.safetensors"), Safetensors.small());
    Files.writeString(folder.resolve("config.json"), "{}");
    try (TensorSource source = Checkpoints.open(folder)) {
      assertThat(source).isInstanceOf(SafetensorsFile.class);
    }
    Files.write(folder.resolve("b.safetensors"), Safetensors.small());
    assertThatThrownBy(() -> Checkpoints.open(folder))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining("several checkpoints: a.safetensors, b.safetensors; name one");
    Files.writeString(
        folder.resolve("m.safetensors.index.json"),
        "{\"weight_map\":{\"a\":\"a.safetensors\",\"b\":\"b.safetensors\"}}");
    try (TensorSource source = Checkpoints.open(folder)) {
      assertThat(source).isInstanceOf(ShardedSafetensors.class);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'', is empty",
    "version https://git-lfs.github.com/spec/v1, git lfs pull",
    "<!DOCTYPE html>, is a web page",
    "hello, is neither a safetensors nor a PyTorch file",
    "PK, archive's table of contents"
  })
  void everythingElseIsRefusedWithTheWayOut(String content, String message) throws IOException {
    Path file = Files.writeString(folder.resolve("x.pt"), content);
    assertThatThrownBy(() -> Checkpoints.open(file))
        .isInstanceOf(MalformedCheckpointException.class)
        .hasMessageContaining(message);
  }

  @Test
  void aMissingFileIsReportedAsSuch() {
    assertThatThrownBy(() -> Checkpoints.open(folder.resolve("none.pt")))
        .isInstanceOf(NoSuchFileException.class);
  }

  @Test
  void filesFromBeforePyTorch16AreRead() throws IOException {
    try (TensorSource old = Checkpoints.open(Goldens.resource("/checkpoint/legacy.pt"))) {
      assertThat(old.names()).isNotEmpty();
    }
  }

  /** A long-running program that tries damaged files must not run out of open files. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void whatCannotBeReadIsNotLeftOpen() throws IOException {
    byte[] small = Safetensors.small();
    Files.write(folder.resolve("sound.safetensors"), small);
    Files.write(folder.resolve("cut.safetensors"), Arrays.copyOf(small, small.length - 1));
    byte[] archive = TorchArchives.small();
    Files.write(folder.resolve("cut.pt"), Arrays.copyOf(archive, archive.length - 1));
    Files.writeString(
        folder.resolve("index.json"),
        "{\"weight_map\": {\"a\": \"sound.safetensors\", \"b\": \"cut.safetensors\"}}");
    for (Path damaged : List.of(folder.resolve("cut.safetensors"), folder.resolve("cut.pt"))) {
      assertThatThrownBy(() -> Checkpoints.open(damaged)).isInstanceOf(IOException.class);
    }
    assertThatThrownBy(() -> ShardedSafetensors.open(folder.resolve("index.json")))
        .isInstanceOf(IOException.class);
    assertThat(open()).isEmpty();
    try (TensorSource sound = Checkpoints.open(folder.resolve("sound.safetensors"))) {
      assertThat(open()).containsExactly(sound.path());
    }
  }

  /** The files of this test that this process has open. */
  private List<Path> open() throws IOException {
    List<Path> open = new ArrayList<>();
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path descriptor : descriptors) {
        try {
          open.add(Files.readSymbolicLink(descriptor));
        } catch (NoSuchFileException e) {
          // It was closed meanwhile.
        }
      }
    }
    Path real = folder.toRealPath();
    open.removeIf(path -> !path.startsWith(real));
    return open;
  }
}
