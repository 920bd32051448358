package io.harmonica.checkpoint.numpy;

import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Reads what {@code numpy.savez} or {@code numpy.savez_compressed} wrote, an array or a piece of
 * one at a time. Nothing of a file is believed unchecked: sizes are compared, checksums verified,
 * and Python objects refused.
 */
public final class NpzReader implements AutoCloseable {
  private static final String ENDING = ".npy";
  private static final long MOST_DOUBLES = 1 << 27;

  /** Deflate makes a byte of no more than so many. */
  private static final long MOST_PACKING = 1032;

  private final String file;
  private final ZipFile zip;
  private final long fileBytes;

  private NpzReader(String file, ZipFile zip, long fileBytes) {
    this.file = file;
    this.zip = zip;
    this.fileBytes = fileBytes;
  }

  /**
   * Opens an archive.
   *
   * @param path the file
   * @return the open archive, which the caller closes
   * @throws MalformedCheckpointException if it is no sound zip archive
   * @throws IOException if it does not exist or cannot be read
   */
  public static NpzReader open(Path path) throws IOException {
    if (!Files.isRegularFile(path)) {
      throw new NoSuchFileException(path.toString(), null, "there is no such file");
    }
    try {
      return new NpzReader(path.toString(), new ZipFile(path.toFile()), Files.size(path));
    } catch (ZipException | EOFException e) {
      String reason = e.getMessage() == null ? "it ends too early" : e.getMessage();
      MalformedCheckpointException fault =
          new MalformedCheckpointException(
              path.toString(),
              "is no sound npz archive (" + MalformedCheckpointException.quote(reason) + ")",
              -1,
              NpyHeader.REMEDY);
      fault.initCause(e);
      throw fault;
    }
  }

  /** {@return the names of the arrays, in the order of the archive} */
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    zip.stream()
        .map(ZipEntry::getName)
        .filter(name -> name.endsWith(ENDING))
        .forEach(name -> names.add(name.substring(0, name.length() - ENDING.length())));
    return names;
  }

  /**
   * Describes an array without reading its elements.
   *
   * @param name its name, such as {@code arr_0}
   * @return type and shape
   * @throws MalformedCheckpointException if there is no such array or it is damaged
   * @throws IOException if the file cannot be read
   */
  public NpyHeader header(String name) throws IOException {
    try (NpyStream stream = open(name)) {
      return stream.header();
    }
  }

  /**
   * Opens an array. What is read of it is checked: a checksum at its end, a size at its start.
   *
   * @param name its name, such as {@code arr_0}
   * @return its elements, which the caller closes
   * @throws MalformedCheckpointException if there is no such array or it is damaged
   * @throws IOException if the file cannot be read
   */
  public NpyStream open(String name) throws IOException {
    ZipEntry entry = zip.getEntry(name + ENDING);
    if (entry == null) {
      throw new MalformedCheckpointException(
          file,
          "holds no array "
              + name
              + ", but "
              + MalformedCheckpointException.quote(String.join(", ", names())),
          -1,
          "give a file that holds it");
    }
    // Before anybody makes room for what a few bytes announce.
    if (entry.getSize() > entry.getCompressedSize() * MOST_PACKING
        || entry.getCompressedSize() > fileBytes) {
      throw NpyHeader.fault(file, name, "is announced larger than it can be");
    }
    InputStream in = null;
    try {
      in = zip.getInputStream(entry);
      return NpyStream.open(file, name, in, entry.getSize(), entry.getCrc());
    } catch (ZipException | EOFException e) {
      throw NpyStream.damaged(file, name, e);
    } catch (Throwable e) {
      if (in != null) {
        in.close();
      }
      throw e;
    }
  }

  /**
   * Reads a whole array of floating-point numbers.
   *
   * @param name its name
   * @return the elements in row-major order
   * @throws MalformedCheckpointException if there is no such array, it is damaged, too large for
   *     this, or of another type
   * @throws IOException if the file cannot be read
   */
  public double[] readDoubles(String name) throws IOException {
    try (NpyStream stream = open(name)) {
      NpyType type = stream.header().type();
      long bytes = stream.header().contentBytes();
      boolean floating = type == NpyType.FLOAT32 || type == NpyType.FLOAT64;
      if (!floating || bytes / type.bytes() > MOST_DOUBLES) {
        throw new MalformedCheckpointException(
            file,
            "holds " + stream.header().shape() + " of " + type.code(),
            -1,
            name,
            "expected floating-point numbers, at most " + MOST_DOUBLES);
      }
      double[] values = new double[(int) (bytes / type.bytes())];
      byte[] piece = new byte[type.bytes() * 8192];
      int next = 0;
      while (next < values.length) {
        int count = Math.min(8192, values.length - next);
        stream.readFully(piece, count * type.bytes());
        ByteBuffer buffer = ByteBuffer.wrap(piece).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
          values[next++] = type == NpyType.FLOAT32 ? buffer.getFloat() : buffer.getDouble();
        }
      }
      return values;
    }
  }

  /** Closes the file. */
  @Override
  public void close() throws IOException {
    zip.close();
  }
}
