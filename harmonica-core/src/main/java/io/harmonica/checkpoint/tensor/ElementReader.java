package io.harmonica.checkpoint.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The stored bytes of one tensor as if it lay contiguous, row-major and little-endian. */
@FunctionalInterface
public interface ElementReader {

  /**
   * Fills {@code target}, from its position to its limit, with the bytes from an offset on.
   *
   * @param offset of the first byte, counted from the tensor's own
   * @param target receives the bytes
   * @throws IOException if they cannot be read
   */
  void read(long offset, ByteBuffer target) throws IOException;
}
