package io.harmonica.checkpoint.tensor;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;

/**
 * Bytes that can be read at any position, by several threads at once.
 *
 * <p>Files are read by position and not through a mapping: if another program cuts a file short
 * while it is open, a read reports that, whereas touching a mapping would raise an error in the
 * virtual machine; and an open file can still be replaced on every system.
 */
public interface ByteSource extends Closeable {

  /** {@return the number of bytes} */
  long size();

  /**
   * Fills {@code target} from its position to its limit. An interrupted thread reads no file, but
   * the source stays good for others.
   *
   * @param position of the first byte to read
   * @param target receives the bytes
   * @throws EOFException if the source ends before that
   * @throws IOException if it cannot be read
   * @throws CancellationException if it is a file and the thread is interrupted, which it stays
   */
  void read(long position, ByteBuffer target) throws IOException;

  /**
   * Opens a file.
   *
   * @param path the file
   * @return its bytes; the caller closes it
   * @throws NoSuchFileException if there is none
   * @throws IOException if it cannot be opened or is a folder
   */
  static ByteSource open(Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString(), null, "there is no such file");
    }
    if (Files.isDirectory(path)) {
      throw new IOException(path + ": is a folder where a checkpoint file is expected");
    }
    return FileSource.open(path);
  }

  /**
   * Reads what is in memory.
   *
   * @param content the bytes from the buffer's position to its limit; not copied
   * @return the source
   */
  static ByteSource of(ByteBuffer content) {
    return new OfMemory(content.slice());
  }

  /** A buffer in memory. */
  final class OfMemory implements ByteSource {

    private final ByteBuffer content;
    private volatile boolean closed;

    private OfMemory(ByteBuffer content) {
      this.content = content;
    }

    @Override
    public long size() {
      return content.limit();
    }

    @Override
    public void read(long position, ByteBuffer target) throws IOException {
      if (closed) {
        throw new ClosedChannelException();
      }
      if (position < 0 || position > size() - target.remaining()) {
        throw new EOFException("The content ends at byte " + size());
      }
      target.put(content.slice((int) position, target.remaining()));
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
