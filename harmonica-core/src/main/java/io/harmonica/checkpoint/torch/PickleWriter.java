package io.harmonica.checkpoint.torch;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes the instructions of a protocol 2 pickle the way Python's own pickler does: texts that
 * stand for the same thing, classes, tuples and objects are kept in the memo, and what is there
 * already is referred to.
 */
final class PickleWriter {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Map<String, Integer> memo = new HashMap<>();
  private int memoSize;

  PickleWriter() {
    op(PickleOp.PROTO).u8(2);
  }

  PickleWriter op(PickleOp op) {
    return u8(op.code());
  }

  /** Keeps the top of the stack in the memo, as Python does with most things it writes. */
  PickleWriter memoize() {
    int key = memoSize++;
    return key < 256
        ? op(PickleOp.BINPUT).u8(key)
        : op(PickleOp.LONG_BINPUT).number(key, Integer.BYTES);
  }

  /** A text of its own. */
  PickleWriter text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    op(PickleOp.BINUNICODE).number(bytes.length, Integer.BYTES);
    out.writeBytes(bytes);
    return memoize();
  }

  /** A text that the pickle may contain several times. */
  PickleWriter sharedText(String text) {
    return recall("text " + text) ? this : remember("text " + text).text(text);
  }

  /** A class or function. */
  PickleWriter global(String module, String name) {
    String key = "global " + module + " " + name;
    if (recall(key)) {
      return this;
    }
    remember(key).op(PickleOp.GLOBAL);
    out.writeBytes((module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    return memoize();
  }

  PickleWriter integer(long value) {
    if (value >= 0 && value < 1 << 8) {
      return op(PickleOp.BININT1).u8((int) value);
    }
    if (value >= 0 && value < 1 << 16) {
      return op(PickleOp.BININT2).number(value, Short.BYTES);
    }
    if (value == (int) value) {
      return op(PickleOp.BININT).number(value, Integer.BYTES);
    }
    int bytes = (Long.SIZE - Long.numberOfLeadingZeros(value ^ (value >> 63))) / 8 + 1;
    return op(PickleOp.LONG1).u8(bytes).number(value, bytes);
  }

  PickleWriter real(double value) {
    op(PickleOp.BINFLOAT);
    out.writeBytes(ByteBuffer.allocate(Double.BYTES).putDouble(value).array());
    return this;
  }

  PickleWriter bool(boolean value) {
    return op(value ? PickleOp.NEWTRUE : PickleOp.NEWFALSE);
  }

  /** A tuple of integers, such as a shape. */
  PickleWriter tuple(long... values) {
    if (values.length == 0) {
      return op(PickleOp.EMPTY_TUPLE);
    }
    if (values.length > 3) {
      op(PickleOp.MARK);
    }
    for (long value : values) {
      integer(value);
    }
    return op(switch (values.length) {
          case 1 -> PickleOp.TUPLE1;
          case 2 -> PickleOp.TUPLE2;
          case 3 -> PickleOp.TUPLE3;
          default -> PickleOp.TUPLE;
        })
        .memoize();
  }

  byte[] stop() {
    op(PickleOp.STOP);
    return out.toByteArray();
  }

  private PickleWriter u8(int value) {
    out.write(value);
    return this;
  }

  private PickleWriter number(long value, int bytes) {
    byte[] all =
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    out.write(all, 0, bytes);
    return this;
  }

  private boolean recall(String what) {
    Integer key = memo.get(what);
    if (key == null) {
      return false;
    }
    if (key < 256) {
      op(PickleOp.BINGET).u8(key);
    } else {
      op(PickleOp.LONG_BINGET).number(key, Integer.BYTES);
    }
    return true;
  }

  private PickleWriter remember(String what) {
    memo.put(what, memoSize);
    return this;
  }
}
