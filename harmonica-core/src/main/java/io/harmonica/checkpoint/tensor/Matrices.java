package io.harmonica.checkpoint.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;

/** Turns matrices of rows, and arrays, into the row-major values that files hold, and back. */
public final class Matrices {
  private Matrices() {}

  /**
   * Joins rows.
   *
   * @param rows rows of equal length
   * @return the values, row by row
   */
  public static float[] flat(float[][] rows) {
    int columns = rows.length == 0 ? 0 : rows[0].length;
    float[] flat = new float[rows.length * columns];
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(rows[row], 0, flat, row * columns, columns);
    }
    return flat;
  }

  /**
   * Brings an array's values to the host, and nothing else: {@link NDArray#toFloatArray} leaves
   * what it copies from a GPU with the array's manager, as long as that is open.
   *
   * @param array a FLOAT32 array on any device; the caller keeps it
   * @return the values in row-major order
   */
  public static float[] values(NDArray array) {
    try (NDManager scope = array.getManager().newSubManager()) {
      NDArray view = array.reshape(array.getShape());
      view.attach(scope);
      return view.toFloatArray();
    }
  }

  /**
   * Cuts values into rows.
   *
   * @param flat the values, row by row
   * @param columns length of a row, at least 1
   * @return the rows
   */
  public static float[][] rows(float[] flat, int columns) {
    float[][] rows = new float[flat.length / columns][];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = Arrays.copyOfRange(flat, row * columns, (row + 1) * columns);
    }
    return rows;
  }
}
