package io.harmonica.checkpoint.numpy;

import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipException;

/** The elements of an array in their order, checked against what the archive says of them. */
public final class NpyStream implements AutoCloseable {
  private final String file;
  private final String array;
  private final CheckedInputStream in;
  private final long checksum;
  private final NpyHeader header;
  private long left;

  private NpyStream(
      String file, String array, CheckedInputStream in, long checksum, NpyHeader header) {
    this.file = file;
    this.array = array;
    this.in = in;
    this.checksum = checksum;
    this.header = header;
    this.left = header.contentBytes();
  }

  static NpyStream open(String file, String array, InputStream raw, long bytes, long checksum)
      throws IOException {
    CheckedInputStream in = new CheckedInputStream(raw, new CRC32());
    NpyHeader.Found found = NpyHeader.read(file, array, in);
    long expected = found.bytes() + found.header().contentBytes();
    if (bytes != expected) {
      throw NpyHeader.fault(
          file,
          array,
          "has %d bytes where its shape %s asks for %d"
              .formatted(bytes, found.header().shape(), expected));
    }
    return new NpyStream(file, array, in, checksum, found.header());
  }

  /** {@return type and shape} */
  public NpyHeader header() {
    return header;
  }

  /**
   * Reads the next bytes.
   *
   * @param into takes them from its start
   * @param count how many; no more than are left
   * @throws MalformedCheckpointException if the array ends before, or its checksum is another one
   * @throws IOException if the file cannot be read
   */
  public void readFully(byte[] into, int count) throws IOException {
    if (count > left) {
      throw new IllegalArgumentException(count + " bytes of an array with " + left + " left");
    }
    try {
      if (in.readNBytes(into, 0, count) < count) {
        throw NpyHeader.fault(file, array, "ends too early");
      }
    } catch (ZipException | EOFException e) {
      throw damaged(file, array, e);
    }
    left -= count;
    if (left == 0 && count > 0 && in.getChecksum().getValue() != checksum) {
      throw NpyHeader.fault(file, array, "has another checksum than it was written with");
    }
  }

  static MalformedCheckpointException damaged(String file, String array, IOException cause) {
    MalformedCheckpointException fault = NpyHeader.fault(file, array, "cannot be unpacked");
    fault.initCause(cause);
    return fault;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
