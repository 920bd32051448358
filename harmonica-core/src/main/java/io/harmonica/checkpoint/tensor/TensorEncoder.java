package io.harmonica.checkpoint.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Writes elements, little-endian, through a small buffer. */
public final class TensorEncoder {

  private static final int BUFFER_BYTES = 1 << 16;

  /** How much of an NDArray is brought to the host at once. */
  private static final int CHUNK_BYTES = 64 << 20;

  private TensorEncoder() {}

  /** Writes a tensor's elements when the time has come. */
  @FunctionalInterface
  public interface Content {
    /**
     * Writes all elements.
     *
     * @param out receives them, little-endian
     * @throws IOException if it cannot be written to
     */
    void writeTo(OutputStream out) throws IOException;
  }

  /** Puts the element with the given index into the buffer. */
  @FunctionalInterface
  private interface ElementPutter {
    void put(int index, ByteBuffer buffer);
  }

  /**
   * Writes floating-point numbers, rounded to the type.
   *
   * @param values the elements
   * @param type F32, F16 or BF16
   * @param out receives them, little-endian
   * @throws IOException if it cannot be written to
   * @throws IllegalArgumentException if the type is another
   */
  public static void write(float[] values, TensorType type, OutputStream out) throws IOException {
    ElementPutter putter =
        switch (type) {
          case F32 -> (i, buffer) -> buffer.putFloat(values[i]);
          case F16 -> (i, buffer) -> buffer.putShort(HalfPrecision.toHalf(values[i]));
          case BF16 -> (i, buffer) -> buffer.putShort(HalfPrecision.toBfloat(values[i]));
          default -> throw new IllegalArgumentException("Floats cannot be written as " + type);
        };
    write(values.length, putter, out);
  }

  /**
   * Writes F64 elements.
   *
   * @param values the elements
   * @param out receives them, little-endian
   * @throws IOException if it cannot be written to
   */
  public static void write(double[] values, OutputStream out) throws IOException {
    write(values.length, (i, buffer) -> buffer.putDouble(values[i]), out);
  }

  /**
   * Writes I64 elements.
   *
   * @param values the elements
   * @param out receives them, little-endian
   * @throws IOException if it cannot be written to
   */
  public static void write(long[] values, OutputStream out) throws IOException {
    write(values.length, (i, buffer) -> buffer.putLong(values[i]), out);
  }

  /**
   * Writes I32 elements.
   *
   * @param values the elements
   * @param out receives them, little-endian
   * @throws IOException if it cannot be written to
   */
  public static void write(int[] values, OutputStream out) throws IOException {
    write(values.length, (i, buffer) -> buffer.putInt(values[i]), out);
  }

  /**
   * Writes an array of any device and size, a part at a time.
   *
   * @param array the array; the caller keeps it
   * @param out receives its elements, little-endian
   * @throws IOException if it cannot be written to
   */
  public static void write(NDArray array, OutputStream out) throws IOException {
    long total = array.size();
    int step = CHUNK_BYTES / array.getDataType().getNumOfBytes();
    try (NDArray flat = array.reshape(new Shape(total))) {
      for (long start = 0; start < total; start += step) {
        long end = Math.min(start + step, total);
        // The engine leaves what it copies from a GPU with the part's manager.
        try (NDManager scope = array.getManager().newSubManager()) {
          NDArray part = flat.get(new NDIndex("{}:{}", start, end));
          part.attach(scope);
          ByteBuffer bytes = part.toByteBuffer();
          byte[] copied = new byte[bytes.remaining()];
          bytes.get(copied);
          out.write(copied);
        }
      }
    }
  }

  /**
   * Names the type that an array is stored as.
   *
   * @param array any array
   * @return the stored type
   * @throws IllegalArgumentException if the array's type has none
   */
  public static TensorType typeOf(NDArray array) {
    return switch (array.getDataType()) {
      case FLOAT64 -> TensorType.F64;
      case FLOAT32 -> TensorType.F32;
      case FLOAT16 -> TensorType.F16;
      case INT64 -> TensorType.I64;
      case INT32 -> TensorType.I32;
      case INT8 -> TensorType.I8;
      case UINT8 -> TensorType.U8;
      case BOOLEAN -> TensorType.BOOL;
      default ->
          throw new IllegalArgumentException(
              "Arrays of type " + array.getDataType() + " cannot be written; convert to FLOAT32");
    };
  }

  private static void write(int count, ElementPutter putter, OutputStream out) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      if (buffer.remaining() < Long.BYTES) {
        out.write(buffer.array(), 0, buffer.position());
        buffer.clear();
      }
      putter.put(i, buffer);
    }
    out.write(buffer.array(), 0, buffer.position());
  }
}
