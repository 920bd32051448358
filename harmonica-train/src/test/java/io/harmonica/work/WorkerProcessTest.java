package io.harmonica.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How the processes of workers end. */
final class WorkerProcessTest {
  @TempDir private Path folder;

  /** A bench that leaves a file behind when it is closed. */
  private record Shop(String folder, String name) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      Files.createFile(Path.of(folder, name));
    }
  }

  /** A piece that its worker has no memory for. */
  private record Heavy(long writer) implements Piece<Shop, String> {
    @Override
    public String run(Shop shop) {
      return shop.name();
    }

    private Object readResolve() {
      if (ProcessHandle.current().pid() != writer) {
        throw new OutOfMemoryError("too heavy");
      }
      return this;
    }
  }

  private ProcessWorkers<Shop> shops(int count) {
    String shops = folder.toString();
    return new ProcessWorkers<>(count, place -> new Shop(shops, place.name()));
  }

  @Test
  @Timeout(60)
  void aPieceThatCannotBeReadIsGivenUp() throws IOException {
    try (ProcessWorkers<Shop> workers = shops(1)) {
      assertThatThrownBy(() -> workers.run(List.of(new Heavy(ProcessHandle.current().pid()))))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("piece 0 ended 4 processes, with status 1, 1, 1, 1");
      assertThat(workers.run(List.<Piece<Shop, String>>of(Shop::name)))
          .as("it works on")
          .containsExactly("worker 0");
    }
  }

  @Test
  void benchesAreClosedAtTheEnd() throws IOException {
    try (ProcessWorkers<Shop> workers = shops(2)) {
      // One of them alone has been at work, and opened its shop.
      workers.run(List.<Piece<Shop, String>>of(Shop::name));
      assertThat(folder).isEmptyDirectory();
    }
    assertThat(folder.resolve("worker 0")).isRegularFile();
    assertThat(folder.toFile().list()).hasSize(1);
  }
}
