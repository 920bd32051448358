package io.harmonica.kernel;

/**
 * The fixed two-dimensional position embedding: the first half of a token's vector encodes its
 * column, the second half its row, each by sines and then cosines.
 */
public final class SineCosine {
  private SineCosine() {}

  /**
   * Computes the embedding of a grid of tokens.
   *
   * @param rows rows of the grid
   * @param columns columns of the grid
   * @param width length of a token's vector, a multiple of 4
   * @param rowStride distance between two rows: 1, or less for a finer grid than a model knows
   * @param columnStride distance between two columns
   * @return [rows x columns x width] values
   */
  public static float[] grid(
      int rows, int columns, int width, double rowStride, double columnStride) {
    int quarter = width / 4;
    float[] values = new float[Math.multiplyExact(Math.multiplyExact(rows, columns), width)];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        int token = (row * columns + column) * width;
        for (int i = 0; i < quarter; i++) {
          double frequency = Math.pow(10_000, -(double) i / quarter);
          values[token + i] = (float) Math.sin(column * columnStride * frequency);
          values[token + quarter + i] = (float) Math.cos(column * columnStride * frequency);
          values[token + 2 * quarter + i] = (float) Math.sin(row * rowStride * frequency);
          values[token + 3 * quarter + i] = (float) Math.cos(row * rowStride * frequency);
        }
      }
    }
    return values;
  }
}
