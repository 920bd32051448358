package io.harmonica.kernel;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/**
 * A linear layer's or a convolution's weights, which belong to whoever read them.
 *
 * @param weight outputs first
 * @param bias [outputs]
 */
public record Layer(NDArray weight, NDArray bias) {

  /**
   * Finds a layer among a model's weights.
   *
   * @param weights the tensors by name
   * @param name the layer's name, to which {@code .weight} and {@code .bias} are added
   * @return the layer
   */
  public static Layer of(Map<String, NDArray> weights, String name) {
    return new Layer(weights.get(name + ".weight"), weights.get(name + ".bias"));
  }
}
