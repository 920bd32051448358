package io.harmonica.checkpoint.safetensors;

import io.harmonica.checkpoint.tensor.ByteSource;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * The table at the front of a safetensors file: eight bytes with the length of a JSON object, the
 * object, and then the data that its offsets count from.
 *
 * @param dataStart the byte in the file where the data begins
 * @param entries the tensors by name, in the order of the header
 * @param metadata the free-form texts
 */
record SafetensorsHeader(long dataStart, Map<String, Entry> entries, Map<String, String> metadata) {

  static final int LENGTH_BYTES = 8;

  /** The format's own limit. */
  static final int MAX_HEADER_BYTES = 100_000_000;

  static final String REMEDY =
      "the file is damaged or not a safetensors file: download or export it again";

  /**
   * One tensor.
   *
   * @param begin the first byte, counted from the start of the data
   * @param end the byte after the last
   * @param declaredAt where in the file the header declares it
   */
  record Entry(TensorInfo info, long begin, long end, long declaredAt) {}

  static SafetensorsHeader read(String file, ByteSource source) throws IOException {
    long size = source.size();
    if (size < LENGTH_BYTES) {
      throw malformed(file, "has only " + size + " bytes, too few for a header", 0);
    }
    ByteBuffer lengthBytes = ByteBuffer.allocate(LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    source.read(0, lengthBytes);
    long length = lengthBytes.getLong(0);
    if (length < 2 || length > MAX_HEADER_BYTES || length > size - LENGTH_BYTES) {
      throw malformed(
          file,
          "announces a header of "
              + Long.toUnsignedString(length)
              + " bytes where at most "
              + Math.min(MAX_HEADER_BYTES, size - LENGTH_BYTES)
              + " are possible",
          0);
    }
    ByteBuffer json = ByteBuffer.allocate((int) length);
    source.read(LENGTH_BYTES, json);
    SafetensorsHeader header = new SafetensorsHeaderParser(file, json.flip()).parse();
    header.checkLayout(file, size);
    return header;
  }

  /** Checks that the tensors cover the data once, without gaps, overlaps or remains. */
  private void checkLayout(String file, long size) throws MalformedCheckpointException {
    List<Entry> inOrder = new ArrayList<>(entries.values());
    inOrder.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long available = size - dataStart;
    long covered = 0;
    for (Entry entry : inOrder) {
      if (entry.begin() != covered) {
        String fault = entry.begin() < covered ? "overlaps the tensor before" : "leaves a gap";
        throw malformed(file, entry, "data from byte " + entry.begin() + " on " + fault);
      }
      if (entry.end() > available) {
        throw malformed(
            file,
            entry,
            "data up to byte " + entry.end() + " of only " + available + " in the file");
      }
      covered = entry.end();
    }
    if (covered != available) {
      throw malformed(
          file, (available - covered) + " bytes belong to no tensor", dataStart + covered);
    }
  }

  private static MalformedCheckpointException malformed(String file, String problem, long at) {
    return new MalformedCheckpointException(file, problem, at, REMEDY);
  }

  private static MalformedCheckpointException malformed(String file, Entry entry, String problem) {
    return new MalformedCheckpointException(
        file, problem + ", declared", entry.declaredAt(), entry.info().name(), REMEDY);
  }
}
