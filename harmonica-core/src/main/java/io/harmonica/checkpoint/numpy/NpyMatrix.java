package io.harmonica.checkpoint.numpy;

import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A {@code .npy} file with a matrix of FLOAT32, of which any rows can be read. May be read by
 * several threads.
 */
public final class NpyMatrix implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final long start;
  private final int rows;
  private final int columns;

  private NpyMatrix(Path path, FileChannel channel, long start, int rows, int columns) {
    this.path = path;
    this.channel = channel;
    this.start = start;
    this.rows = rows;
    this.columns = columns;
  }

  /**
   * Opens a file.
   *
   * @param path the file
   * @return the open file, which the caller closes
   * @throws MalformedCheckpointException if it is damaged or holds something else
   * @throws IOException if it does not exist or cannot be read
   */
  public static NpyMatrix open(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      // Not closed: that would close the channel.
      NpyHeader.Found found =
          NpyHeader.read(
              path.toString(), null, new BufferedInputStream(Channels.newInputStream(channel)));
      NpyHeader header = found.header();
      if (header.type() != NpyType.FLOAT32
          || header.shape().size() != 2
          || header.shape().stream().anyMatch(dimension -> dimension > Integer.MAX_VALUE)) {
        throw NpyHeader.fault(
            path.toString(),
            null,
            "holds %s of %s, no matrix of float32".formatted(header.shape(), header.type().code()));
      }
      if (channel.size() != found.bytes() + header.contentBytes()) {
        throw NpyHeader.fault(
            path.toString(), null, "has a size that does not fit its shape " + header.shape());
      }
      return new NpyMatrix(
          path,
          channel,
          found.bytes(),
          Math.toIntExact(header.shape().get(0)),
          Math.toIntExact(header.shape().get(1)));
    } catch (Throwable e) {
      channel.close();
      throw e;
    }
  }

  /** {@return the number of rows} */
  public int rows() {
    return rows;
  }

  /** {@return the number of columns} */
  public int columns() {
    return columns;
  }

  /**
   * Reads some rows.
   *
   * @param from the first
   * @param to the one behind the last
   * @return the rows, [to - from][columns]
   * @throws IOException if the file cannot be read
   */
  public float[][] read(int from, int to) throws IOException {
    if (from < 0 || to < from || to > rows) {
      throw new IllegalArgumentException("rows %d to %d of %d".formatted(from, to, rows));
    }
    float[][] values = new float[to - from][columns];
    ByteBuffer buffer =
        ByteBuffer.allocate(Math.multiplyExact(columns, Float.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    long at = start + (long) from * buffer.capacity();
    for (float[] row : values) {
      buffer.clear();
      while (buffer.hasRemaining()) {
        int count = channel.read(buffer, at);
        if (count < 0) {
          throw NpyHeader.fault(path.toString(), null, "has become shorter");
        }
        at += count;
      }
      buffer.flip().asFloatBuffer().get(row);
    }
    return values;
  }

  /** Closes the file. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
