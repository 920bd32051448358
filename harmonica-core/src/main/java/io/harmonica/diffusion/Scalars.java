package io.harmonica.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.function.BinaryOperator;

/**
 * Arithmetic with numbers that may enter a graph and never waits for the device.
 *
 * <p>{@link NDArray#mul(Number)} and its like put the number into a buffer of the Java heap's
 * collector and let go of it when they return, but a graph still reads it in its backward pass:
 * once the collector has run, gradients are wrong, or the JVM crashes. A GPU is sent the number by
 * a copy, which waits until all that was asked of it before is done. Here the engine makes the
 * number where the array is, and owns its memory; in double precision it copies it there. Results
 * are the same, bit by bit.
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
    return with(array, factor, NDArray::mul);
  }

  /**
   * Divides an array by a number.
   *
   * @param array any array of floating-point values
   * @param divisor the number
   * @return the quotient, owned by the array's manager
   */
  public static NDArray over(NDArray array, double divisor) {
    return with(array, divisor, NDArray::div);
  }

  /**
   * Adds a number to an array.
   *
   * @param array any array of floating-point values
   * @param summand the number
   * @return the sum, owned by the array's manager
   */
  public static NDArray plus(NDArray array, double summand) {
    return with(array, summand, NDArray::add);
  }

  /**
   * Cuts off what is too low or too high.
   *
   * @param array any array of floating-point values; what is no number stays so
   * @param low the least value
   * @param high the greatest value
   * @return the values in between, owned by the array's manager
   */
  public static NDArray clip(NDArray array, double low, double high) {
    try (NDArray raised = with(array, low, NDArray::maximum)) {
      return with(raised, high, NDArray::minimum);
    }
  }

  private static NDArray with(NDArray array, double number, BinaryOperator<NDArray> operation) {
    try (NDArray other = number(array, number)) {
      return operation.apply(array, other);
    }
  }

  private static NDArray number(NDArray array, double number) {
    NDManager manager = array.getManager();
    if (array.getDataType() != DataType.FLOAT64) {
      return manager.full(new Shape(), (float) number, array.getDataType());
    }
    // The engine fills with single precision only, so this one is sent. The copy is the engine's.
    try (NDArray sent = manager.create(number)) {
      return sent.duplicate();
    }
  }
}
