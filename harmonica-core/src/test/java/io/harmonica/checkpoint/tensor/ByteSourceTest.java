package io.harmonica.checkpoint.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An interrupt ends one thread's reading, and nothing else. */
final class ByteSourceTest {
  private static final byte[] CONTENT = new byte[1 << 20];

  @TempDir private Path folder;

  private Path file;
  private ByteSource source;

  @BeforeEach
  void open() throws IOException {
    CONTENT[CONTENT.length - 1] = 7;
    file = Files.write(folder.resolve("file"), CONTENT);
    source = ByteSource.open(file);
  }

  @AfterEach
  void close() throws IOException {
    Thread.interrupted();
    source.close();
  }

  private void read() throws IOException {
    byte[] content = new byte[CONTENT.length];
    source.read(0, ByteBuffer.wrap(content));
    assertThat(content).isEqualTo(CONTENT);
  }

  @Test
  void anInterruptedThreadReadsNothingUntilItIsNoLonger() throws IOException {
    Thread.currentThread().interrupt();
    assertThatThrownBy(this::read)
        .isInstanceOf(CancellationException.class)
        .hasMessageContaining(file.toString());
    assertThat(Thread.interrupted()).isTrue();
    read();
    source.close();
    assertThatThrownBy(this::read).isInstanceOf(ClosedChannelException.class);
  }

  /** Reads until it is stopped or a read fails, also if it is interrupted. */
  private final class Reader extends Thread {
    private final AtomicInteger cancelled = new AtomicInteger();
    private volatile boolean stopped;
    private volatile IOException failure;

    @Override
    public void run() {
      while (!stopped && failure == null) {
        try {
          read();
        } catch (CancellationException e) {
          cancelled.incrementAndGet();
          Thread.interrupted();
        } catch (IOException e) {
          failure = e;
        }
      }
    }
  }

  @Test
  void interruptsWithinReadsDisturbNoOtherThread() throws Exception {
    Reader victim = new Reader();
    Reader other = new Reader();
    victim.start();
    other.start();
    while (victim.cancelled.get() < 50 && victim.isAlive()) {
      victim.interrupt();
      Thread.sleep(1);
    }
    victim.stopped = true;
    other.stopped = true;
    victim.join();
    other.join();
    assertThat(victim.failure).isNull();
    assertThat(other.failure).isNull();
    assertThat(other.cancelled).hasValue(0);
    read();
  }

  @Test
  void anotherFileInItsPlaceIsNotReadInItsStead() throws Exception {
    Path other = Files.write(folder.resolve("other"), CONTENT);
    Files.move(other, file, StandardCopyOption.REPLACE_EXISTING);
    read();
    Reader reader = new Reader();
    reader.start();
    while (reader.isAlive()) {
      reader.interrupt();
      Thread.sleep(1);
    }
    assertThat(reader.failure).hasMessageContaining("was replaced while it was open");
  }
}
