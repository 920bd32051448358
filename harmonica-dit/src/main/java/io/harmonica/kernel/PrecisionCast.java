package io.harmonica.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
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
   * @param array FLOAT32 or FLOAT64; closed, unless it is already as it should be
   * @return the array in the precision, under the same manager
   */
  @Override
  public NDArray apply(NDArray array) {
    NDArray single = single(array);
    if (precision == Precision.FLOAT32) {
      return single;
    }
    NDArray cast = kernels.call("to_" + precision.text(), single);
    single.close();
    return cast;
  }

  /**
   * Makes doubles, which alone are not read as float32, float32.
   *
   * @param array FLOAT32 or FLOAT64; closed, unless it is already as it should be
   * @return the array as FLOAT32, under the same manager
   */
  public static NDArray single(NDArray array) {
    if (array.getDataType() == DataType.FLOAT32) {
      return array;
    }
    NDArray cast = array.toType(DataType.FLOAT32, true);
    array.close();
    return cast;
  }

  /** Frees what casting needs; arrays that were cast stay. */
  @Override
  public void close() {
    kernels.close();
  }
}
