package io.harmonica.checkpoint.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Turns stored elements into arrays, a chunk at a time.
 *
 * <p>An array made straight from a direct buffer lives in that buffer, so a model of some gigabytes
 * would run into the limit on direct memory. Here the engine allocates, and one small buffer, used
 * again and again, carries the chunks.
 */
public final class TensorDecoder {

  /**
   * Small enough to stay in a processor's cache between reading and copying, and to be copied by
   * one thread: the engine splits copies of 32,768 elements or more between threads, and waiting
   * for them on a busy machine takes several times as long as the copy.
   */
  private static final int CHUNK_BYTES = 96 << 10;

  private final int chunkBytes;
  private final AtomicReference<ByteBuffer> spare = new AtomicReference<>();

  TensorDecoder() {
    this(CHUNK_BYTES);
  }

  /** Works in chunks of a given size, a multiple of 8. */
  TensorDecoder(int chunkBytes) {
    this.chunkBytes = chunkBytes;
  }

  NDArray toNDArray(TensorInfo tensor, ElementReader elements, NDManager manager)
      throws IOException {
    DataType arrayType = arrayType(tensor.type());
    NDArray array = manager.create(tensor.shape(), arrayType);
    try (NDArray flat = array.reshape(new Shape(tensor.elements()))) {
      forEachChunk(
          tensor,
          elements,
          (chunk, start, count) -> {
            Shape shape = new Shape(count);
            try (NDArray part = manager.create(widen(tensor.type(), chunk), shape, arrayType)) {
              flat.set(new NDIndex("{}:{}", start, start + count), part);
            }
          });
      return array;
    } catch (Throwable e) {
      array.close();
      throw e;
    }
  }

  float[] toFloats(TensorInfo tensor, ElementReader elements) throws IOException {
    float[] values = new float[Math.toIntExact(tensor.elements())];
    forEachChunk(
        tensor,
        elements,
        (chunk, start, count) -> {
          int from = (int) start;
          if (tensor.type() == TensorType.F64) {
            for (int i = 0; i < count; i++) {
              values[from + i] = (float) chunk.getDouble(i * Double.BYTES);
            }
          } else {
            widen(tensor.type(), chunk).asFloatBuffer().get(values, from, count);
          }
        });
    return values;
  }

  void copy(TensorInfo tensor, ElementReader elements, OutputStream out) throws IOException {
    byte[] copied = new byte[(int) Math.min(tensor.bytes(), 1 << 16)];
    for (long at = 0; at < tensor.bytes(); at += copied.length) {
      int count = (int) Math.min(tensor.bytes() - at, copied.length);
      elements.read(at, ByteBuffer.wrap(copied, 0, count));
      out.write(copied, 0, count);
    }
  }

  /** The engine's type that holds every value of a stored type. */
  private static DataType arrayType(TensorType type) {
    return switch (type) {
      case F64 -> DataType.FLOAT64;
      case F32, F16, BF16 -> DataType.FLOAT32;
      case I64 -> DataType.INT64;
      case I32, I16 -> DataType.INT32;
      case I8 -> DataType.INT8;
      case U8 -> DataType.UINT8;
      case BOOL -> DataType.BOOLEAN;
    };
  }

  /** Takes one chunk of elements, which are the {@code count} ones from {@code start} on. */
  @FunctionalInterface
  private interface ChunkConsumer {
    void accept(ByteBuffer chunk, long start, int count);
  }

  /** Reads a tensor in chunks, each of which leaves room for its elements to become wider. */
  private void forEachChunk(TensorInfo tensor, ElementReader elements, ChunkConsumer consumer)
      throws IOException {
    long total = tensor.elements();
    int bytes = tensor.type().bytes();
    int room = Math.max(bytes, Integer.BYTES);
    int step = (int) Math.min(total, chunkBytes / room);
    ByteBuffer buffer = takeBuffer(step * room);
    for (long start = 0; start < total; start += step) {
      int count = (int) Math.min(step, total - start);
      buffer.clear().limit(count * bytes);
      elements.read(start * bytes, buffer);
      consumer.accept(buffer.flip(), start, count);
    }
    spare.set(buffer);
  }

  private ByteBuffer takeBuffer(int bytes) {
    ByteBuffer buffer = spare.getAndSet(null);
    return buffer != null && buffer.capacity() >= bytes
        ? buffer
        : ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Makes 16-bit elements 32 bits wide, in place; others stay as they are. */
  private static ByteBuffer widen(TensorType type, ByteBuffer chunk) {
    if (type != TensorType.F16 && type != TensorType.BF16 && type != TensorType.I16) {
      return chunk;
    }
    short[] narrow = new short[chunk.remaining() / Short.BYTES];
    chunk.asShortBuffer().get(narrow);
    chunk.clear().limit(narrow.length * Integer.BYTES);
    if (type == TensorType.I16) {
      int[] wide = new int[narrow.length];
      for (int i = 0; i < wide.length; i++) {
        wide[i] = narrow[i];
      }
      chunk.asIntBuffer().put(wide);
    } else {
      float[] wide = new float[narrow.length];
      if (type == TensorType.F16) {
        HalfPrecision.fromHalf(narrow, wide);
      } else {
        HalfPrecision.fromBfloat(narrow, wide);
      }
      chunk.asFloatBuffer().put(wide);
    }
    return chunk;
  }
}
