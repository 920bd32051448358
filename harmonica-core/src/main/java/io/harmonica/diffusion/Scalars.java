package io.harmonica.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;

/**
 * Products by a number that may enter a graph.
 *
 * <p>{@link NDArray#mul(Number)} and {@link NDArray#div(Number)} put the number into a buffer of
 * the Java heap's collector and let go of it when they return, but a graph still reads it in its
 * backward pass: once the collector has run, gradients are wrong, or the JVM crashes. Here the
 * engine owns the number's memory.
 */
public final class Scalars {
  private Scalars() {}

  /**
   * Multiplies an array by a number.
   *
   * @param array any array of floating-point values
   * @param factor the number
   * @return the product, owned by the array's manager
   */
  public static NDArray times(NDArray array, double factor) {
    try (NDArray number =
        array.getManager().full(new Shape(), (float) factor, array.getDataType())) {
      return array.mul(number);
    }
  }
}
