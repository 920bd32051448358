package io.harmonica.dit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.kernel.PrecisionCast;
import io.harmonica.model.TensorShapes;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Brings the tensors of a {@link DitModel} into memory, by the public DiT names. */
public final class DitWeights {
  private DitWeights() {}

  /**
   * Reads a model's tensors as float32, whatever their precision. A missing position embedding is
   * computed.
   *
   * @param manager owns the arrays
   * @param config the shape that the model is to have
   * @param source an open checkpoint
   * @return the tensors by name
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if tensors are missing, superfluous or of another shape; the
   *     message names them all
   */
  public static Map<String, NDArray> load(NDManager manager, DitConfig config, TensorSource source)
      throws IOException {
    return load(manager, config, source, UnaryOperator.identity());
  }

  /**
   * Reads a model's tensors and changes each as soon as it is read, so that no more than one is in
   * memory as float32 if, say, a {@link PrecisionCast} makes them smaller.
   *
   * @param manager owns the arrays
   * @param config the shape that the model is to have
   * @param source an open checkpoint
   * @param each takes over a FLOAT32 tensor and gives the one to keep, under the same manager
   * @return the tensors by name
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException as {@link #load(NDManager, DitConfig, TensorSource)}
   */
  public static Map<String, NDArray> load(
      NDManager manager, DitConfig config, TensorSource source, UnaryOperator<NDArray> each)
      throws IOException {
    Map<String, Shape> shapes = DitShapes.of(config);
    TensorShapes.require(source, shapes, Set.of(DitShapes.POSITION));
    Map<String, NDArray> weights = new LinkedHashMap<>();
    for (Map.Entry<String, Shape> tensor : shapes.entrySet()) {
      NDArray read =
          source.names().contains(tensor.getKey())
              ? PrecisionCast.single(source.read(tensor.getKey(), manager))
              : manager.create(DitInit.positions(config), tensor.getValue());
      weights.put(tensor.getKey(), each.apply(read));
    }
    return weights;
  }

  /**
   * Draws the tensors of a model that is to be trained.
   *
   * @param manager owns the arrays
   * @param config the model's shape
   * @param seed the same seed gives the same values on every machine
   * @return the tensors by name
   */
  public static Map<String, NDArray> initialise(NDManager manager, DitConfig config, long seed) {
    Random random = new Random(seed);
    Map<String, NDArray> weights = new LinkedHashMap<>();
    DitShapes.of(config)
        .forEach(
            (name, shape) ->
                weights.put(
                    name, manager.create(DitInit.values(config, name, shape, random), shape)));
    return weights;
  }
}
