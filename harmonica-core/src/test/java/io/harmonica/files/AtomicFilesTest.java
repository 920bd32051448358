package io.harmonica.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFilesTest {

  @TempDir Path folder;

  @Test
  void writesAndReplaces() throws IOException {
    Path file = folder.resolve("a.txt");
    AtomicFiles.writeString(file, "one");
    AtomicFiles.writeString(file, "two \u00e9");
    assertThat(file).hasContent("two \u00e9");
    assertOnly(file);
  }

  @Test
  void anyFailureKeepsTheOldFileAndRemovesTheTemporaryOne() throws IOException {
    Path file = folder.resolve("a.txt");
    AtomicFiles.writeString(file, "old");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      out.write(new byte[200_000]);
                      throw new IOException("disk full");
                    }))
        .hasMessage("disk full");
    assertThatThrownBy(
            () ->
                AtomicFiles.write(
                    file,
                    out -> {
                      throw new StackOverflowError("deep");
                    }))
        .isInstanceOf(StackOverflowError.class);
    assertThat(file).hasContent("old");
    assertOnly(file);
  }

  @Test
  void aLinkKeepsPointingToTheFileThatIsReplaced() throws IOException {
    Path file = folder.resolve("a.txt");
    AtomicFiles.writeString(file, "old");
    Path link = folder.resolve("link");
    try {
      Files.createSymbolicLink(link, file);
    } catch (UnsupportedOperationException | IOException e) {
      Assumptions.abort("This system does not let us make links");
    }
    AtomicFiles.writeString(link, "new");
    assertThat(link).isSymbolicLink();
    assertThat(file).hasContent("new");
  }

  @Test
  void namesTheFolderThatIsMissingOrInTheWay() {
    assertThatThrownBy(() -> AtomicFiles.writeString(folder.resolve("no/such/a.txt"), ""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.resolve("no/such").toString())
        .hasMessageContaining("does not exist");
    assertThatThrownBy(() -> AtomicFiles.writeString(folder, ""))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is a folder");
  }

  private void assertOnly(Path file) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }
}
