package io.harmonica.checkpoint.tensor;

import java.util.Arrays;

/** Turns matrices of rows into the row-major values that files hold, and back. */
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
