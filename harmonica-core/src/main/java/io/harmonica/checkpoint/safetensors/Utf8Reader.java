package io.harmonica.checkpoint.safetensors;

import java.io.IOException;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/**
 * Decodes UTF-8 strictly and hands out one character at a time, so that whoever parses the text is
 * never further than the place it complains about, and that place is known as a byte offset.
 */
final class Utf8Reader extends Reader {

  private final ByteBuffer bytes;
  private final long base;
  private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
  private final CharBuffer decoded = CharBuffer.allocate(2);

  /** Reads the rest of {@code bytes}, the first of which has the offset {@code base}. */
  Utf8Reader(ByteBuffer bytes, long base) {
    this.bytes = bytes.slice();
    this.base = base;
    decoded.limit(0);
  }

  /** The offset of the next byte to decode. */
  long position() {
    return base + bytes.position();
  }

  int firstByte() {
    return bytes.get(0);
  }

  @Override
  public int read(char[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!decoded.hasRemaining()) {
      if (!bytes.hasRemaining()) {
        return -1;
      }
      decodeNext();
    }
    target[offset] = decoded.get();
    return 1;
  }

  private void decodeNext() throws CharacterCodingException {
    decoded.clear();
    byte first = bytes.get(bytes.position());
    if (first >= 0) {
      bytes.get();
      decoded.put((char) first).flip();
      return;
    }
    // A buffer of one character first, as two would run ahead to the next code point.
    decoded.limit(1);
    CoderResult result = decoder.decode(bytes, decoded, true);
    if (result.isOverflow() && decoded.position() == 0) {
      decoded.limit(2);
      result = decoder.decode(bytes, decoded, true);
    }
    if (result.isError()) {
      result.throwException();
    }
    decoded.flip();
  }

  @Override
  public void close() {}
}
