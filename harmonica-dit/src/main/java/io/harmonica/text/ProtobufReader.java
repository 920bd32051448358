package io.harmonica.text;

import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;

/**
 * Reads a message of Protocol Buffers field by field, and nothing beyond its end: after {@link
 * #next()}, either {@link #message()}, {@link #integer()}, {@link #single()} or nothing, which
 * skips the field.
 */
final class ProtobufReader {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;

  private final Path file;
  private final ByteBuffer content;
  private final int offset;
  private int kind;
  private long integer;
  private ByteBuffer bytes;

  ProtobufReader(Path file, ByteBuffer content) {
    this(file, content.slice(), 0);
  }

  private ProtobufReader(Path file, ByteBuffer content, int offset) {
    this.file = file;
    this.content = content.order(ByteOrder.LITTLE_ENDIAN);
    this.offset = offset;
    this.bytes = content;
  }

  /** Reads the next field and returns its number, or 0 at the end. */
  int next() throws MalformedCheckpointException {
    if (!content.hasRemaining()) {
      return 0;
    }
    long tag = varint();
    kind = (int) (tag & 7);
    long field = tag >>> 3;
    if (field < 1 || field >= 1 << 29) {
      throw fault("has the field number " + field);
    }
    switch (kind) {
      case VARINT -> integer = varint();
      case FIXED64 -> take(Long.BYTES);
      case FIXED32 -> take(Integer.BYTES);
      case BYTES -> take(varint());
      default -> throw fault("has a field of the unknown kind " + kind);
    }
    return (int) field;
  }

  private void take(long count) throws MalformedCheckpointException {
    if (count < 0 || count > content.remaining()) {
      throw fault("is cut short or damaged");
    }
    bytes = content.slice(content.position(), (int) count).order(ByteOrder.LITTLE_ENDIAN);
    content.position(content.position() + (int) count);
  }

  private long varint() throws MalformedCheckpointException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (!content.hasRemaining()) {
        throw fault("is cut short or damaged");
      }
      byte next = content.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw fault("is damaged");
  }

  /** The field just read, of bytes. */
  ByteBuffer bytes() throws MalformedCheckpointException {
    expect(BYTES);
    return bytes;
  }

  /** The field just read, a message within this one. */
  ProtobufReader message() throws MalformedCheckpointException {
    ByteBuffer inner = bytes();
    return new ProtobufReader(file, inner, position() - inner.remaining());
  }

  /** The field just read, a whole number. */
  long integer() throws MalformedCheckpointException {
    expect(VARINT);
    return integer;
  }

  /** The field just read, a floating-point number. */
  float single() throws MalformedCheckpointException {
    expect(FIXED32);
    return bytes.getFloat(0);
  }

  private void expect(int expected) throws MalformedCheckpointException {
    if (kind != expected) {
      throw fault("has a field of kind " + kind + " where kind " + expected + " is expected");
    }
  }

  /** The byte in the file up to which has been read. */
  int position() {
    return offset + content.position();
  }

  MalformedCheckpointException fault(String problem) {
    return SentencePieceFile.fault(file, problem, position());
  }
}
