package io.harmonica.checkpoint.numpy;

import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What stands before the elements of an array: a Python dictionary in ASCII (npy format 1.0 when
 * written; 1.0, 2.0 and 3.0 when read).
 *
 * @param type the type of the elements
 * @param shape the dimensions; the elements follow in row-major order
 */
public record NpyHeader(NpyType type, List<Long> shape) {
  static final String REMEDY = "the file is damaged or incomplete: download or save it again";

  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int START = MAGIC.length + 2;
  private static final int ALIGNMENT = 64;
  private static final int LONGEST = 0xffff;
  private static final int MOST_DIMENSIONS = 64;
  private static final Pattern TYPE = Pattern.compile("'descr'\\s*:\\s*'([^']*)'");
  private static final Pattern FORTRAN = Pattern.compile("'fortran_order'\\s*:\\s*(True|False)");
  private static final Pattern SHAPE = Pattern.compile("'shape'\\s*:\\s*\\(([\\s\\dL,]*)\\)");

  /**
   * Copies the shape.
   *
   * @param type the type of the elements
   * @param shape the dimensions
   * @throws IllegalArgumentException if a dimension is negative or the elements take more than 2^63
   *     bytes
   */
  public NpyHeader {
    shape = List.copyOf(shape);
    try {
      long bytes = type.bytes();
      for (long dimension : shape) {
        if (dimension < 0) {
          throw new ArithmeticException("negative");
        }
        bytes = Math.multiplyExact(bytes, dimension);
      }
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("an array cannot have the shape " + shape, e);
    }
  }

  /** {@return the bytes of all elements} */
  public long contentBytes() {
    return shape.stream().reduce((long) type.bytes(), Math::multiplyExact);
  }

  /** {@return the header as it stands in a file} */
  public byte[] toBytes() {
    String dimensions = shape.stream().map(Object::toString).collect(Collectors.joining(", "));
    String text =
        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }"
            .formatted(type.code(), shape.size() == 1 ? dimensions + "," : dimensions);
    int unpadded = START + Short.BYTES + text.length() + 1;
    int all = (unpadded + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    int length = all - START - Short.BYTES;
    if (length > LONGEST) {
      throw new IllegalArgumentException(
          "an array of " + shape.size() + " dimensions, more than an npy file can say");
    }
    byte[] header = new byte[all];
    Arrays.fill(header, (byte) ' ');
    ByteBuffer.wrap(header)
        .put(MAGIC)
        .put((byte) 1)
        .put((byte) 0)
        .put((byte) length)
        .put((byte) (length >>> 8))
        .put(text.getBytes(StandardCharsets.US_ASCII));
    header[all - 1] = '\n';
    return header;
  }

  /**
   * A header that was read, and how long it was.
   *
   * @param header what it says
   * @param bytes from the file's start to the first element
   */
  record Found(NpyHeader header, int bytes) {}

  /**
   * Reads a header; the stream stands before the first element then.
   *
   * @param file what to call the file in messages
   * @param array what to call the array
   */
  static Found read(String file, String array, InputStream in) throws IOException {
    byte[] start = exactly(file, array, in, START);
    if (!Arrays.equals(start, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
      throw fault(file, array, "is no NumPy array");
    }
    int version = start[MAGIC.length];
    if (version < 1 || version > 3) {
      throw fault(file, array, "is of the unknown npy format " + version);
    }
    int width = version == 1 ? Short.BYTES : Integer.BYTES;
    byte[] digits = exactly(file, array, in, width);
    long length = 0;
    for (int i = width - 1; i >= 0; i--) {
      length = length << Byte.SIZE | Byte.toUnsignedLong(digits[i]);
    }
    if (length > LONGEST) {
      throw fault(file, array, "has a header of " + length + " bytes");
    }
    byte[] text = exactly(file, array, in, (int) length);
    NpyHeader header = parse(file, array, new String(text, StandardCharsets.ISO_8859_1));
    return new Found(header, START + width + (int) length);
  }

  private static byte[] exactly(String file, String array, InputStream in, int count)
      throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw fault(file, array, "ends within its header");
    }
    return bytes;
  }

  private static NpyHeader parse(String file, String array, String text)
      throws MalformedCheckpointException {
    Matcher type = TYPE.matcher(text);
    Matcher fortran = FORTRAN.matcher(text);
    Matcher shape = SHAPE.matcher(text);
    if (!type.find() || !fortran.find() || !shape.find()) {
      throw fault(file, array, "has the header " + MalformedCheckpointException.quote(text.trim()));
    }
    List<Long> dimensions = dimensions(file, array, shape.group(1));
    if (fortran.group(1).equals("True") && dimensions.size() > 1) {
      throw new MalformedCheckpointException(
          file, "holds columns first", -1, array, "save numpy.ascontiguousarray of it");
    }
    NpyType known = type(file, array, type.group(1));
    try {
      return new NpyHeader(known, dimensions);
    } catch (IllegalArgumentException e) {
      throw fault(file, array, e.getMessage());
    }
  }

  private static NpyType type(String file, String array, String code)
      throws MalformedCheckpointException {
    for (NpyType type : NpyType.values()) {
      if (type.code().equals(code)) {
        return type;
      }
    }
    throw new MalformedCheckpointException(
        file,
        "holds elements of type " + MalformedCheckpointException.quote(code),
        -1,
        array,
        "save it as one of uint8, int64, float32 and float64, little-endian");
  }

  private static List<Long> dimensions(String file, String array, String text)
      throws MalformedCheckpointException {
    List<Long> dimensions = new ArrayList<>();
    for (String part : text.replace("L", "").trim().split("\\s*,\\s*", -1)) {
      if (!part.isEmpty()) {
        if (!part.matches("\\d{1,18}") || dimensions.size() == MOST_DIMENSIONS) {
          throw fault(file, array, "has an impossible shape");
        }
        dimensions.add(Long.parseLong(part));
      }
    }
    return dimensions;
  }

  static MalformedCheckpointException fault(String file, String array, String problem) {
    return new MalformedCheckpointException(file, problem, -1, array, REMEDY);
  }
}
