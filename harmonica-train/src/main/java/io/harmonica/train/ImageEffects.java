package io.harmonica.train;

import java.util.List;

/**
 * What switching single cells of a plan does to x_0 on a batch. To first order the effects of
 * several switches add up, so that the error of any nearby plan is known without running it:
 *
 * <p>E(z) = mean (e + sum_i z_i d_i)^2 = E(0) + sum_i 2 g_i z_i + sum_ij G_ij z_i z_j
 *
 * <p>with e the plan's own error, d_i the effect of cell i, g_i = mean(e d_i) and G_ij = mean(d_i
 * d_j).
 *
 * @param cells the cells, each step x branches + branch
 * @param error e: x_0 of the plan less x_0 of full computation, all values of the batch
 * @param effects d: for each cell, x_0 with the cell switched less x_0 of the plan
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier, read at once
public record ImageEffects(List<Integer> cells, float[] error, float[][] effects) {

  /**
   * Returns the plan's own error.
   *
   * @return E(0)
   */
  public double baseError() {
    return product(error, error);
  }

  /** g, [cells]. */
  double[] slopes() {
    double[] slopes = new double[effects.length];
    for (int i = 0; i < slopes.length; i++) {
      slopes[i] = product(error, effects[i]);
    }
    return slopes;
  }

  /** G, [cells][cells]. */
  double[][] products() {
    double[][] products = new double[effects.length][effects.length];
    for (int i = 0; i < effects.length; i++) {
      for (int j = 0; j <= i; j++) {
        products[i][j] = product(effects[i], effects[j]);
        products[j][i] = products[i][j];
      }
    }
    return products;
  }

  private static double product(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum / a.length;
  }
}
