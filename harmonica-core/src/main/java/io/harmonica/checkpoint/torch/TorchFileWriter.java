package io.harmonica.checkpoint.torch;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.TensorEncoder;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.files.AtomicFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Writes a checkpoint as PyTorch's {@code torch.save} does since 1.6: a dictionary of float32
 * tensors and plain values, some of which may stand in dictionaries of their own. Nothing in it
 * needs more than {@code torch.load(weights_only=True)} grants (tried with PyTorch 2.13). The same
 * content put in the same order gives the same bytes.
 *
 * <pre>{@code
 * new TorchFileWriter()
 *     .put("routers", "0.prob", new Shape(56), logits)
 *     .put("args", "tau", 0.1)
 *     .write(Path.of("router.pt"));
 * }</pre>
 *
 * <p>Arrays are not copied and suppliers are not called before the file is written: until then,
 * arrays must stay unchanged. Not for use by several threads.
 */
public final class TorchFileWriter {

  /** The name of the folder in the archive; PyTorch takes any. */
  private static final String FOLDER = "archive";

  /** Python writes the entries of a dictionary in portions of this size. */
  private static final int PORTION = 1000;

  private final Map<String, Object> root = new LinkedHashMap<>();

  /** Makes a writer of an empty dictionary. */
  public TorchFileWriter() {}

  private record Tensor(String name, Shape shape, Supplier<float[]> source) {
    float[] values() {
      float[] values = source.get();
      if (shape.size() != values.length) {
        throw new IllegalArgumentException(
            "Tensor %s of shape %s takes %d values, not %d"
                .formatted(name, shape, shape.size(), values.length));
      }
      return values;
    }
  }

  /** A dictionary in the dictionary. */
  private record Group(Map<String, Object> entries) {}

  /**
   * Adds a tensor.
   *
   * @param name the key, not used before
   * @param shape the dimensions
   * @param values the elements in row-major order
   * @return this writer
   * @throws IllegalArgumentException if the key is taken or the number of elements is not that of
   *     the shape
   */
  public TorchFileWriter put(String name, Shape shape, float[] values) {
    return add(root, name, tensor(name, shape, values));
  }

  /**
   * Adds a tensor whose elements are asked for when the file is written, so that only one tensor
   * need be in memory.
   *
   * @param name the key, not used before
   * @param shape the dimensions
   * @param values gives the elements in row-major order; called twice per written file, since their
   *     checksum stands before them, and must give the same both times
   * @return this writer
   * @throws IllegalArgumentException if the key is taken
   */
  public TorchFileWriter put(String name, Shape shape, Supplier<float[]> values) {
    return add(root, name, new Tensor(name, shape, values));
  }

  /**
   * Adds a tensor to a dictionary of its own.
   *
   * @param group the key of the dictionary
   * @param name the key in that dictionary, not used before
   * @param shape the dimensions
   * @param values the elements in row-major order
   * @return this writer
   * @throws IllegalArgumentException if a key is taken or the number of elements is not that of the
   *     shape
   */
  public TorchFileWriter put(String group, String name, Shape shape, float[] values) {
    return add(group(group), name, tensor(name, shape, values));
  }

  /**
   * Adds a plain value.
   *
   * @param name the key, not used before
   * @param value a String, Integer, Long, Float, Double or Boolean
   * @return this writer
   * @throws IllegalArgumentException if the key is taken or the value is of another class
   */
  public TorchFileWriter put(String name, Object value) {
    return add(root, name, checkPlain(value));
  }

  /**
   * Adds a plain value to a dictionary of its own.
   *
   * @param group the key of the dictionary
   * @param name the key in that dictionary, not used before
   * @param value a String, Integer, Long, Float, Double or Boolean
   * @return this writer
   * @throws IllegalArgumentException if a key is taken or the value is of another class
   */
  public TorchFileWriter put(String group, String name, Object value) {
    return add(group(group), name, checkPlain(value));
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
    List<Tensor> storages = new ArrayList<>();
    PickleWriter pickle = new PickleWriter();
    pickle.op(PickleOp.EMPTY_DICT).memoize();
    writeEntries(root, pickle, storages);
    byte[] pickled = pickle.stop();

    ZipWriter zip = new ZipWriter(out);
    zip.add(FOLDER + "/data.pkl", pickled.length, to -> to.write(pickled));
    addText(zip, "/byteorder", "little");
    for (int i = 0; i < storages.size(); i++) {
      Tensor tensor = storages.get(i);
      zip.add(
          FOLDER + "/data/" + i,
          tensor.shape.size() * Float.BYTES,
          to -> TensorEncoder.write(tensor.values(), TensorType.F32, to));
    }
    addText(zip, "/version", "3\n");
    zip.finish();
  }

  private static void addText(ZipWriter zip, String name, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    zip.add(FOLDER + name, bytes.length, to -> to.write(bytes));
  }

  private void writeEntries(
      Map<String, Object> entries, PickleWriter pickle, List<Tensor> storages) {
    int index = 0;
    for (Map.Entry<String, Object> entry : entries.entrySet()) {
      if (entries.size() > 1 && index % PORTION == 0) {
        pickle.op(PickleOp.MARK);
      }
      pickle.text(entry.getKey());
      writeValue(entry.getValue(), pickle, storages);
      index++;
      if (entries.size() == 1) {
        pickle.op(PickleOp.SETITEM);
      } else if (index % PORTION == 0 || index == entries.size()) {
        pickle.op(PickleOp.SETITEMS);
      }
    }
  }

  private void writeValue(Object value, PickleWriter pickle, List<Tensor> storages) {
    if (value instanceof Tensor tensor) {
      writeTensor(tensor, pickle, storages);
    } else if (value instanceof Group group) {
      writeOrderedDict(pickle);
      writeEntries(group.entries(), pickle, storages);
    } else if (value instanceof String text) {
      pickle.text(text);
    } else if (value instanceof Boolean bool) {
      pickle.bool(bool);
    } else if (value instanceof Integer || value instanceof Long) {
      pickle.integer(((Number) value).longValue());
    } else {
      pickle.real(((Number) value).doubleValue());
    }
  }

  private static void writeOrderedDict(PickleWriter pickle) {
    pickle.global("collections", "OrderedDict").op(PickleOp.EMPTY_TUPLE).op(PickleOp.REDUCE);
    pickle.memoize();
  }

  /** A call of the function that PyTorch rebuilds tensors with, from a storage named by an id. */
  private static void writeTensor(Tensor tensor, PickleWriter pickle, List<Tensor> storages) {
    pickle.global("torch._utils", "_rebuild_tensor_v2").op(PickleOp.MARK);
    pickle.op(PickleOp.MARK).sharedText("storage").global("torch", "FloatStorage");
    pickle.text(Integer.toString(storages.size())).sharedText("cpu");
    pickle.integer(tensor.shape.size()).op(PickleOp.TUPLE).memoize().op(PickleOp.BINPERSID);
    storages.add(tensor);

    long[] shape = tensor.shape.getShape();
    pickle.integer(0).tuple(shape).tuple(strides(shape)).bool(false);
    writeOrderedDict(pickle);
    pickle.op(PickleOp.TUPLE).memoize().op(PickleOp.REDUCE).memoize();
  }

  private static long[] strides(long[] shape) {
    long[] strides = new long[shape.length];
    long stride = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= Math.max(shape[i], 1);
    }
    return strides;
  }

  private Map<String, Object> group(String name) {
    Object group = root.computeIfAbsent(name, key -> new Group(new LinkedHashMap<>()));
    if (group instanceof Group dict) {
      return dict.entries();
    }
    throw new IllegalArgumentException("The key " + name + " is taken");
  }

  private TorchFileWriter add(Map<String, Object> entries, String name, Object value) {
    if (entries.putIfAbsent(name, value) != null) {
      throw new IllegalArgumentException("The key " + name + " is taken");
    }
    return this;
  }

  private static Tensor tensor(String name, Shape shape, float[] values) {
    Tensor tensor = new Tensor(name, shape, () -> values);
    tensor.values();
    return tensor;
  }

  private static Object checkPlain(Object value) {
    if (value instanceof String
        || value instanceof Boolean
        || value instanceof Integer
        || value instanceof Long
        || value instanceof Float
        || value instanceof Double) {
      return value;
    }
    throw new IllegalArgumentException("Not a text, number or truth value: " + value);
  }
}
