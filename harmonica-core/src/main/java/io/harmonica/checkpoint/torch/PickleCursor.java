package io.harmonica.checkpoint.torch;

import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Reads the arguments of a pickle's instructions, and knows where in the file it is. */
final class PickleCursor {

  private static final int MAX_INTEGER_BYTES = 256;

  private final String file;
  private final long base;
  private final ByteBuffer bytes;
  private long instruction;

  /** Reads a pickle whose first byte has the offset {@code base} in the file, -1 if unknown. */
  PickleCursor(String file, byte[] pickle, long base) {
    this.file = file;
    this.base = base;
    this.bytes = ByteBuffer.wrap(pickle).order(ByteOrder.LITTLE_ENDIAN);
  }

  int position() {
    return bytes.position();
  }

  void position(int position) {
    bytes.position(position);
  }

  /** Reads the next instruction; faults from now on are reported at its place. */
  int instruction() throws MalformedCheckpointException {
    instruction = base < 0 ? -1 : base + bytes.position();
    return u8();
  }

  int u8() throws MalformedCheckpointException {
    need(Byte.BYTES);
    return Byte.toUnsignedInt(bytes.get());
  }

  int u16() throws MalformedCheckpointException {
    need(Short.BYTES);
    return Short.toUnsignedInt(bytes.getShort());
  }

  int i32() throws MalformedCheckpointException {
    need(Integer.BYTES);
    return bytes.getInt();
  }

  long u32() throws MalformedCheckpointException {
    return Integer.toUnsignedLong(i32());
  }

  long i64() throws MalformedCheckpointException {
    need(Long.BYTES);
    return bytes.getLong();
  }

  /** A double is the one thing that stands big-endian in a pickle. */
  double f64() throws MalformedCheckpointException {
    return Double.longBitsToDouble(Long.reverseBytes(i64()));
  }

  byte[] bytes(long count) throws MalformedCheckpointException {
    need(count);
    byte[] copied = new byte[(int) count];
    bytes.get(copied);
    return copied;
  }

  String text(long count) throws MalformedCheckpointException {
    return new String(bytes(count), StandardCharsets.UTF_8);
  }

  /** Reads a little-endian integer of that many bytes; Long where it fits, else BigInteger. */
  Object integer(long count) throws MalformedCheckpointException {
    if (count > MAX_INTEGER_BYTES) {
      throw fault("an integer of " + count + " bytes");
    }
    byte[] digits = bytes(count);
    for (int i = 0, j = digits.length - 1; i < j; i++, j--) {
      byte swapped = digits[i];
      digits[i] = digits[j];
      digits[j] = swapped;
    }
    BigInteger value = digits.length == 0 ? BigInteger.ZERO : new BigInteger(digits);
    if (value.bitLength() < Long.SIZE) {
      return value.longValue();
    }
    return value;
  }

  /** Reads text up to the end of the line. */
  String line() throws MalformedCheckpointException {
    int end = bytes.position();
    while (end < bytes.limit() && bytes.get(end) != '\n') {
      end++;
    }
    String line = text((long) end - bytes.position());
    u8();
    return line;
  }

  MalformedCheckpointException fault(String problem) {
    return new MalformedCheckpointException(
        file,
        "the pickle has " + problem,
        instruction,
        "the file is damaged or not a PyTorch checkpoint: save it again with torch.save");
  }

  private void need(long count) throws MalformedCheckpointException {
    if (count < 0 || count > bytes.remaining()) {
      throw fault("an instruction that reaches beyond its end");
    }
  }
}
