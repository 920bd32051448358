package io.harmonica.checkpoint.numpy;

import io.harmonica.files.AtomicFiles.IOConsumer;
import java.io.IOException;
import java.io.OutputStream;
import java.time.LocalDateTime;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.CheckedOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes arrays as NumPy's {@code numpy.savez} does: a zip archive, in its 64-bit form where it has
 * to be, with an uncompressed entry {@code NAME.npy} for each array (npy format 1.0). The same
 * arrays give the same bytes.
 */
public final class NpzWriter {
  /** No date of the run, and none that needs the time zone's help to be written. */
  private static final LocalDateTime DATE = LocalDateTime.of(2000, 1, 1, 0, 0);

  private NpzWriter() {}

  /**
   * One array.
   *
   * @param name what NumPy finds it under
   * @param type the type of its elements
   * @param shape its dimensions
   * @param content writes the elements in row-major order to the stream it is given; called twice,
   *     since their checksum stands before them, and must give the same both times
   */
  public record Array(
      String name, NpyType type, List<Long> shape, IOConsumer<? super OutputStream> content) {

    /**
     * Copies the shape.
     *
     * @param name what NumPy finds it under
     * @param type the type of its elements
     * @param shape its dimensions
     * @param content writes the elements
     */
    public Array {
      shape = List.copyOf(shape);
    }

    private NpyHeader header() {
      return new NpyHeader(type, shape);
    }

    private void writeTo(OutputStream out) throws IOException {
      out.write(header().toBytes());
      content.accept(out);
    }
  }

  /**
   * Writes an archive.
   *
   * @param out the stream, which is flushed but not closed
   * @param arrays the arrays
   * @throws IOException if writing fails, or if an array's content is not of its shape's size
   */
  public static void write(OutputStream out, List<Array> arrays) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    zip.setMethod(ZipOutputStream.STORED);
    for (Array array : arrays) {
      CheckedOutputStream checked =
          new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32());
      array.writeTo(checked);
      ZipEntry entry = new ZipEntry(array.name() + ".npy");
      entry.setTimeLocal(DATE);
      NpyHeader header = array.header();
      entry.setSize(header.toBytes().length + header.contentBytes());
      entry.setCrc(checked.getChecksum().getValue());
      zip.putNextEntry(entry);
      array.writeTo(zip);
      zip.closeEntry();
    }
    zip.finish();
    zip.flush();
  }
}
