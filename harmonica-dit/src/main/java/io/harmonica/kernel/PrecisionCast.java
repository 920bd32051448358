package io.harmonica.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Turns float32 arrays into arrays of another precision, inside the engine: DJL has no name for
 * bfloat16, and asking such an array for its type or its values ends the process. So hand what this
 * makes to kernels only. Its shape may be asked for, it may be attached and closed.
 */
public final class PrecisionCast implements UnaryOperator<NDArray>, AutoCloseable {
  private final Precision precision;
  private final TorchKernels kernels;

  /**
   * Prepares casts.
   *
   * @param device owner's manager, whose device the arrays are on
   * @param precision what arrays become
   */
  public PrecisionCast(NDManager device, Precision precision) {
    this.precision = precision;
    this.kernels =
        TorchKernels.compile(device, TorchKernels.class, "cast.py", "CastKernels", Map.of());
  }

  /**
   * Casts an array.
   *
   * @param array FLOAT32; closed, unless it is already as it should be
   * @return the array in the precision, under the same manager
   */
  @Override
  public NDArray apply(NDArray array) {
    if (precision == Precision.FLOAT32) {
      return array;
    }
    NDArray cast = kernels.call("to_" + precision.text(), array);
    array.close();
    return cast;
  }

  /** Frees what casting needs; arrays that were cast stay. */
  @Override
  public void close() {
    kernels.close();
  }
}
