package io.harmonica.checkpoint.numpy;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes a matrix of FLOAT32, whose number of rows is known before, row after row into a {@code
 * .npy} file. A file that lacks rows is refused when it is read.
 */
public final class NpyMatrixWriter implements AutoCloseable {
  private static final int BUFFER_BYTES = 1 << 16;

  private final Path path;
  private final int columns;
  private final OutputStream out;
  private long missing;

  /**
   * Creates the file, or replaces the one of that name.
   *
   * @param path the file
   * @param rows the number of rows
   * @param columns the number of columns
   * @throws IOException if it cannot be written
   */
  public NpyMatrixWriter(Path path, int rows, int columns) throws IOException {
    NpyHeader header = new NpyHeader(NpyType.FLOAT32, List.of((long) rows, (long) columns));
    this.path = path;
    this.columns = columns;
    this.missing = (long) rows * columns;
    this.out = new BufferedOutputStream(Files.newOutputStream(path), BUFFER_BYTES);
    out.write(header.toBytes());
  }

  /**
   * Adds rows.
   *
   * @param values whole rows, one behind the other
   * @throws IllegalArgumentException if they are no whole rows, or more than were announced
   * @throws IOException if writing fails
   */
  public void add(float[] values) throws IOException {
    if (values.length % columns != 0 || values.length > missing) {
      throw new IllegalArgumentException(
          "%d values for %s, which has rows of %d and lacks %d values"
              .formatted(values.length, path, columns, missing));
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    out.write(bytes.array());
    missing -= values.length;
  }

  /**
   * Closes the file.
   *
   * @throws IOException if writing fails
   */
  @Override
  public void close() throws IOException {
    out.close();
  }
}
