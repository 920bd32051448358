package io.harmonica.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.TensorSource;
import io.harmonica.kernel.PrecisionCast;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the tensors of a T5 encoder. */
final class T5Weights {
  private static final int SHOWN = 8;

  private T5Weights() {}

  /**
   * Reads tensor by tensor, each of which is cast before the next is read. Only the matrices are:
   * norms and the table of distances are small, and used in float32.
   *
   * @return the arrays by name, owned by the manager
   * @throws IllegalArgumentException if tensors are missing, superfluous or of another shape
   */
  static Map<String, NDArray> load(
      NDManager manager, T5Config config, TensorSource source, PrecisionCast cast)
      throws IOException {
    Map<String, Shape> shapes = T5Shapes.of(config);
    check(shapes, source);
    Map<String, NDArray> weights = new LinkedHashMap<>();
    for (Map.Entry<String, Shape> tensor : shapes.entrySet()) {
      String name = tensor.getKey();
      NDArray read = single(source.read(storedName(name, source), manager));
      boolean matrix = tensor.getValue().dimension() == 2 && !name.equals(T5Shapes.DISTANCES);
      weights.put(name, matrix ? cast.apply(read) : read);
    }
    return weights;
  }

  /** Doubles, which alone are not read as float32, become it. */
  private static NDArray single(NDArray read) {
    if (read.getDataType() == DataType.FLOAT32) {
      return read;
    }
    NDArray cast = read.toType(DataType.FLOAT32, true);
    read.close();
    return cast;
  }

  private static String storedName(String name, TensorSource source) {
    return name.equals(T5Shapes.EMBEDDING) && !source.contains(name)
        ? T5Shapes.EMBEDDING_TOO
        : name;
  }

  private static void check(Map<String, Shape> shapes, TensorSource source) throws IOException {
    List<String> problems = new ArrayList<>();
    for (Map.Entry<String, Shape> tensor : shapes.entrySet()) {
      String name = storedName(tensor.getKey(), source);
      if (!source.contains(name)) {
        problems.add(tensor.getKey() + " is missing");
      } else if (!source.info(name).shape().equals(tensor.getValue())) {
        problems.add(name + " is " + source.info(name).shape() + ", expected " + tensor.getValue());
      } else if (!source.info(name).type().isFloating()) {
        problems.add(name + " holds " + source.info(name).type() + ", no floating-point numbers");
      }
    }
    for (String name : source.names()) {
      if (!shapes.containsKey(name) && !name.equals(T5Shapes.EMBEDDING_TOO)) {
        problems.add(name + " is not part of such an encoder");
      }
    }
    if (!problems.isEmpty()) {
      int shown = Math.min(problems.size(), SHOWN);
      throw new IllegalArgumentException(
          source.path()
              + " does not hold the text encoder of this configuration: "
              + String.join("; ", problems.subList(0, shown))
              + (shown < problems.size() ? "; and " + (problems.size() - shown) + " more" : ""));
    }
  }
}
