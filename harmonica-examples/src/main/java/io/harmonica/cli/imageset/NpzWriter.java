package io.harmonica.cli.imageset;

import io.harmonica.files.AtomicFiles.IOConsumer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
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
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
  private static final int ALIGNMENT = 64;
  private static final int LONGEST_HEADER = 0xffff;

  /** No date of the run, and none that needs the time zone's help to be written. */
  private static final LocalDateTime DATE = LocalDateTime.of(2000, 1, 1, 0, 0);

  private NpzWriter() {}

  /** A type of elements. */
  public enum Type {
    /** Unsigned bytes. */
    UINT8("|u1", 1),

    /** Signed, 64 bits, little-endian. */
    INT64("<i8", Long.BYTES);

    private final String code;
    private final int bytes;

    Type(String code, int bytes) {
      this.code = code;
      this.bytes = bytes;
    }
  }

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
      String name, Type type, List<Long> shape, IOConsumer<? super OutputStream> content) {

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

    private long bytes() {
      return shape.stream().reduce((long) type.bytes, Math::multiplyExact);
    }

    /** What stands before the elements: NumPy reads it as a Python dictionary. */
    private byte[] header() {
      String dimensions = shape.stream().map(Object::toString).collect(Collectors.joining(", "));
      String text =
          "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }"
              .formatted(type.code, shape.size() == 1 ? dimensions + "," : dimensions);
      int unpadded = MAGIC.length + Short.BYTES + text.length() + 1;
      int all = (unpadded + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
      if (all - MAGIC.length - Short.BYTES > LONGEST_HEADER) {
        throw new IllegalArgumentException(
            name + " has " + shape.size() + " dimensions, more than an npy file can say");
      }
      byte[] header = new byte[all];
      Arrays.fill(header, (byte) ' ');
      int length = all - MAGIC.length - Short.BYTES;
      ByteBuffer.wrap(header)
          .put(MAGIC)
          .put((byte) length)
          .put((byte) (length >>> 8))
          .put(text.getBytes(StandardCharsets.US_ASCII));
      header[all - 1] = '\n';
      return header;
    }

    private void writeTo(OutputStream out) throws IOException {
      out.write(header());
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
      entry.setSize(array.header().length + array.bytes());
      entry.setCrc(checked.getChecksum().getValue());
      zip.putNextEntry(entry);
      array.writeTo(zip);
      zip.closeEntry();
    }
    zip.finish();
    zip.flush();
  }
}
