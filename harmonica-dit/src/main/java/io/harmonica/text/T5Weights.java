package io.harmonica.text;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.kernel.PrecisionCast;
import io.harmonica.model.RenamedTensors;
import io.harmonica.model.TensorShapes;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the tensors of a T5 encoder. */
final class T5Weights {
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
    TensorSource named = named(source);
    TensorShapes.require(named, shapes, Set.of(T5Shapes.EMBEDDING_TOO));
    Map<String, NDArray> weights = new LinkedHashMap<>();
    for (Map.Entry<String, Shape> tensor : shapes.entrySet()) {
      String name = tensor.getKey();
      NDArray read = PrecisionCast.single(named.read(name, manager));
      boolean matrix = tensor.getValue().dimension() == 2 && !name.equals(T5Shapes.DISTANCES);
      weights.put(name, matrix ? cast.apply(read) : read);
    }
    return weights;
  }

  /** The file with the embedding under the first of its two names. */
  private static TensorSource named(TensorSource source) {
    if (source.contains(T5Shapes.EMBEDDING) || !source.contains(T5Shapes.EMBEDDING_TOO)) {
      return source;
    }
    Map<String, List<String>> names = new LinkedHashMap<>();
    source.names().forEach(name -> names.put(name, List.of(name)));
    names.put(T5Shapes.EMBEDDING, names.remove(T5Shapes.EMBEDDING_TOO));
    return RenamedTensors.of(source, names);
  }
}
