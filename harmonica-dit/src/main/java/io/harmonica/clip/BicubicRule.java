package io.harmonica.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Of which old pixels a new one is made, as imaging libraries do it that do not skip pixels when
 * they shrink: Keys's cubic kernel with a = -1/2, as much wider as the image gets smaller, its
 * weights made to add up to 1.
 *
 * @param from old size
 * @param to new size of the whole side
 * @param first first new pixel that is wanted
 * @param count how many are
 */
record BicubicRule(int from, int to, int first, int count) {
  private static final double REACH = 2;
  private static final double A = -0.5;

  /**
   * The rule of a side whose image is first made to fit the square at its shorter side, and then
   * cut down to the middle.
   *
   * @param side the side's size
   * @param shorter the shorter side's size
   * @param square the square's size
   */
  static BicubicRule of(int side, int shorter, int square) {
    int to = (int) ((long) square * side / shorter);
    return new BicubicRule(side, to, (to - square) / 2, square);
  }

  /** The weights as a matrix, [count, from]. */
  NDArray matrix(NDManager manager) {
    float[] weights = new float[Math.multiplyExact(count, from)];
    double scale = (double) from / to;
    double stretch = Math.max(scale, 1);
    for (int i = 0; i < count; i++) {
      double centre = (first + i + 0.5) * scale;
      int low = Math.max(0, (int) (centre - REACH * stretch + 0.5));
      int high = Math.min(from, (int) (centre + REACH * stretch + 0.5));
      double sum = 0;
      for (int j = low; j < high; j++) {
        sum += kernel((j - centre + 0.5) / stretch);
      }
      for (int j = low; j < high; j++) {
        weights[i * from + j] = (float) (kernel((j - centre + 0.5) / stretch) / sum);
      }
    }
    return manager.create(weights, new Shape(count, from));
  }

  private static double kernel(double distance) {
    double x = Math.abs(distance);
    if (x < 1) {
      return ((A + 2) * x - (A + 3)) * x * x + 1;
    }
    return x < 2 ? (((x - 5) * x + 8) * x - 4) * A : 0;
  }
}
