package io.harmonica.checkpoint.safetensors;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorEncoder;
import io.harmonica.checkpoint.tensor.TensorInfo;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.files.AtomicFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Collects tensors and texts and writes them as a safetensors file. The same content put in the
 * same order gives the same bytes.
 *
 * <pre>{@code
 * new SafetensorsWriter()
 *     .metadata("format", "pt")
 *     .put("bias", new Shape(3), new float[] {1, 2, 3})
 *     .put("weight", TensorType.BF16, new Shape(4096, 4096), () -> loadWeight())
 *     .write(Path.of("model.safetensors"));
 * }</pre>
 *
 * <p>Arrays are not copied and suppliers are not called before the file is written: until then,
 * arrays must stay unchanged and NDArrays open. Not for use by several threads.
 */
public final class SafetensorsWriter {

  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, Entry> tensors = new LinkedHashMap<>();

  /** Makes a writer without tensors. */
  public SafetensorsWriter() {}

  private record Entry(TensorInfo info, TensorEncoder.Content content) {}

  /**
   * Adds a text to the file's metadata, replacing the one of that key.
   *
   * @param key the key
   * @param value the text
   * @return this writer
   */
  public SafetensorsWriter metadata(String key, String value) {
    metadata.put(checkText(key), checkText(value));
    return this;
  }

  /**
   * Adds a tensor of type F32.
   *
   * @param name the name, not used before
   * @param shape the dimensions
   * @param values the elements in row-major order
   * @return this writer
   * @throws IllegalArgumentException if the name is taken or the number of elements is not that of
   *     the shape
   */
  public SafetensorsWriter put(String name, Shape shape, float[] values) {
    return put(name, TensorType.F32, shape, values);
  }

  /**
   * Adds a floating-point tensor; 16-bit types are rounded to nearest, ties to even.
   *
   * @param name the name, not used before
   * @param type F32, F16 or BF16
   * @param shape the dimensions
   * @param values the elements in row-major order
   * @return this writer
   * @throws IllegalArgumentException if the name is taken, the type is another one, or the number
   *     of elements is not that of the shape
   */
  public SafetensorsWriter put(String name, TensorType type, Shape shape, float[] values) {
    checkCount(name, shape, values.length);
    return put(name, type, shape, () -> values);
  }

  /**
   * Adds a floating-point tensor whose elements are asked for when the file is written, so that
   * only one tensor need be in memory.
   *
   * @param name the name, not used before
   * @param type F32, F16 or BF16
   * @param shape the dimensions
   * @param values gives the elements in row-major order; called once per written file
   * @return this writer
   * @throws IllegalArgumentException if the name is taken or the type is another one
   */
  public SafetensorsWriter put(
      String name, TensorType type, Shape shape, Supplier<float[]> values) {
    if (!type.isFloating() || type == TensorType.F64) {
      throw new IllegalArgumentException("Floats are written as F32, F16 or BF16, not " + type);
    }
    return add(
        name,
        type,
        shape,
        out -> {
          float[] elements = values.get();
          checkCount(name, shape, elements.length);
          TensorEncoder.write(elements, type, out);
        });
  }

  /**
   * Adds a tensor of type F64.
   *
   * @param name the name, not used before
   * @param shape the dimensions
   * @param values the elements in row-major order
   * @return this writer
   * @throws IllegalArgumentException if the name is taken or the number of elements is not that of
   *     the shape
   */
  public SafetensorsWriter put(String name, Shape shape, double[] values) {
    checkCount(name, shape, values.length);
    return add(name, TensorType.F64, shape, out -> TensorEncoder.write(values, out));
  }

  /**
   * Adds a tensor of type I64.
   *
   * @param name the name, not used before
   * @param shape the dimensions
   * @param values the elements in row-major order
   * @return this writer
   * @throws IllegalArgumentException if the name is taken or the number of elements is not that of
   *     the shape
   */
  public SafetensorsWriter put(String name, Shape shape, long[] values) {
    checkCount(name, shape, values.length);
    return add(name, TensorType.I64, shape, out -> TensorEncoder.write(values, out));
  }

  /**
   * Adds a tensor of type I32.
   *
   * @param name the name, not used before
   * @param shape the dimensions
   * @param values the elements in row-major order
   * @return this writer
   * @throws IllegalArgumentException if the name is taken or the number of elements is not that of
   *     the shape
   */
  public SafetensorsWriter put(String name, Shape shape, int[] values) {
    checkCount(name, shape, values.length);
    return add(name, TensorType.I32, shape, out -> TensorEncoder.write(values, out));
  }

  /**
   * Adds a tensor of any type whose elements are already encoded.
   *
   * @param name the name, not used before
   * @param type the type
   * @param shape the dimensions
   * @param littleEndian the elements' bytes in row-major order
   * @return this writer
   * @throws IllegalArgumentException if the name is taken or the number of bytes is not that of the
   *     type and shape
   */
  public SafetensorsWriter put(String name, TensorType type, Shape shape, byte[] littleEndian) {
    long wanted = new TensorInfo(name, type, shape).bytes();
    if (littleEndian.length != wanted) {
      throw new IllegalArgumentException(
          "Tensor " + name + " takes " + wanted + " bytes, not " + littleEndian.length);
    }
    return add(name, type, shape, out -> out.write(littleEndian));
  }

  /**
   * Adds an array under its own type.
   *
   * @param name the name, not used before
   * @param array an array on any device; it stays the caller's and must be open when the file is
   *     written
   * @return this writer
   * @throws IllegalArgumentException if the name is taken or the array's type cannot be written
   */
  public SafetensorsWriter put(String name, NDArray array) {
    TensorType type = TensorEncoder.typeOf(array);
    return add(name, type, array.getShape(), out -> TensorEncoder.write(array, out));
  }

  /**
   * Adds a tensor of another file, unchanged.
   *
   * @param name the name in both files, not used before
   * @param source the other file, which must be open when this one is written
   * @return this writer
   * @throws MalformedCheckpointException if the source has no such tensor
   * @throws IllegalArgumentException if the name is taken
   */
  public SafetensorsWriter put(String name, TensorSource source)
      throws MalformedCheckpointException {
    TensorInfo info = source.info(name);
    return add(name, info.type(), info.shape(), out -> source.copy(name, out));
  }

  /**
   * Writes the file as a whole or not at all; see {@link AtomicFiles}. May be called again.
   *
   * @param target the file to write; its folder must exist
   * @throws IllegalArgumentException if a supplier gives a wrong number of elements
   * @throws IOException if writing fails
   */
  public void write(Path target) throws IOException {
    AtomicFiles.write(target, this::write);
  }

  /**
   * Writes the file's content to a stream.
   *
   * @param out the stream, which is not closed
   * @throws IllegalArgumentException if a supplier gives a wrong number of elements
   * @throws IOException if writing fails
   */
  public void write(OutputStream out) throws IOException {
    // The wider types' data goes first, so that every tensor is aligned to its type.
    List<Entry> layout = new ArrayList<>(tensors.values());
    layout.sort(Comparator.comparingInt(entry -> -entry.info().type().bytes()));
    byte[] header =
        SafetensorsHeaderWriter.write(metadata, tensorInfos(tensors.values()), tensorInfos(layout));
    out.write(
        ByteBuffer.allocate(SafetensorsHeader.LENGTH_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(header.length)
            .array());
    out.write(header);
    for (Entry entry : layout) {
      entry.content().writeTo(out);
    }
  }

  private static List<TensorInfo> tensorInfos(Collection<Entry> entries) {
    return entries.stream().map(Entry::info).toList();
  }

  private SafetensorsWriter add(
      String name, TensorType type, Shape shape, TensorEncoder.Content content) {
    if (checkText(name).equals(SafetensorsHeaderParser.METADATA) || tensors.containsKey(name)) {
      throw new IllegalArgumentException("The tensor name " + name + " is taken");
    }
    tensors.put(name, new Entry(new TensorInfo(name, type, shape), content));
    return this;
  }

  private static String checkText(String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException("Not valid Unicode: " + text);
    }
    return text;
  }

  private static void checkCount(String name, Shape shape, int count) {
    if (shape.size() != count) {
      throw new IllegalArgumentException(
          "Tensor "
              + name
              + " of shape "
              + shape
              + " takes "
              + shape.size()
              + " values, not "
              + count);
    }
  }
}
