package io.harmonica.cli.imageset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UnfinishedImagesTest {
  private static final Map<String, String> SETTINGS = Map.of("seed", "1", "steps", "10");

  @TempDir private Path folder;
  private Path target;
  private Path partial;
  private Path progress;

  @BeforeEach
  void name() {
    target = folder.resolve("x.npz");
    partial = folder.resolve("x.npz.partial");
    progress = folder.resolve("x.npz.progress");
  }

  private UnfinishedImages open(boolean resume) throws IOException {
    return UnfinishedImages.open(target, 2, SETTINGS, resume);
  }

  private static byte[] content(UnfinishedImages images) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    images.copyTo(out);
    return out.toByteArray();
  }

  @Test
  void aRunGoesOnBehindTheLastRecordedImage() throws IOException {
    try (UnfinishedImages images = open(true)) {
      assertThat(images.finished()).isZero();
      images.append(new byte[] {1, 2, 3, 4});
    }
    // What a run that died in the middle of its next batch leaves behind.
    Files.write(partial, new byte[] {9, 9, 9}, StandardOpenOption.APPEND);
    try (UnfinishedImages images = open(true)) {
      assertThat(images.finished()).isEqualTo(2);
      images.append(new byte[] {5, 6});
      assertThat(images.finished()).isEqualTo(3);
      assertThat(content(images)).containsExactly(1, 2, 3, 4, 5, 6);
      assertThat(content(images)).as("a second time").containsExactly(1, 2, 3, 4, 5, 6);
      images.delete();
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void imagesAreNotThrownAwayUnasked() throws IOException {
    try (UnfinishedImages images = open(false)) {
      images.append(new byte[] {1, 2});
    }
    assertThatThrownBy(() -> open(false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("x.npz.partial", "--resume", "x.npz.progress");
    assertThat(partial).hasBinaryContent(new byte[] {1, 2});
  }

  @Test
  void otherSettingsAreRefused() throws IOException {
    open(false).close();
    assertThatThrownBy(
            () -> UnfinishedImages.open(target, 2, Map.of("seed", "1", "steps", "20"), true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("begun with steps 10", "this run has 20");
  }

  @Test
  void twoRunsDoNotShareAFile() throws IOException {
    try (UnfinishedImages images = open(false)) {
      assertThatThrownBy(() -> open(true))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("written by another run");
      images.append(new byte[] {1, 2});
    }
  }

  @Test
  void damageIsSaid() throws IOException {
    try (UnfinishedImages images = open(false)) {
      images.append(new byte[] {1, 2});
    }
    String sound = Files.readString(progress);
    for (String damaged : new String[] {"", "{", "7", "{\"finished\":\"x\"}", "{\"finished\":1}"}) {
      Files.writeString(progress, damaged);
      assertThatThrownBy(() -> open(true))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll("x.npz.progress is damaged", "start anew");
    }
    for (String count : new String[] {"-1", "2", "2000000000"}) {
      Files.writeString(progress, sound.replace("\"finished\":1", "\"finished\":" + count));
      assertThatThrownBy(() -> open(true))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll("counts " + count + " images", "delete both");
    }
    assertThat(partial).hasBinaryContent(new byte[] {1, 2});
  }
}
