package io.harmonica.checkpoint.tensor;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The stored bytes of one tensor as if it lay contiguous, row-major and little-endian. */
@FunctionalInterface
public interface ElementReader {

  /** Fills {@code target}, from its position to its limit, with the bytes from an offset on. */
  void read(long offset, ByteBuffer target) throws IOException;
}
