package io.harmonica.train;

import java.util.Arrays;
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
 * @param samples how many samples the batch has, whose values follow each other
 * @param cells the cells, each step x branches + branch
 * @param error e: x_0 of the plan less x_0 of full computation, all values of the batch
 * @param effects d: for each cell, x_0 with the cell switched less x_0 of the plan
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier, read at once
public record ImageEffects(int samples, List<Integer> cells, float[] error, float[][] effects) {

  /**
   * Returns the plan's own error.
   *
   * @return E(0)
   */
  public double baseError() {
    return product(error, error);
  }

  /**
   * Weighs the samples so that none decides alone: errors of single images differ a hundredfold,
   * since now and then a trajectory ends at another image, and what mends that one is chance. With
   * e_k the error of sample k and m their median, its weight is 2 m / (e_k + m): 2 for small
   * errors, 1 at the median, and no sample's weighed error exceeds 2 m.
   *
   * @return the effects with every sample's values scaled by the root of its weight
   */
  ImageEffects evened() {
    double[] errors = new double[samples];
    int size = error.length / samples;
    for (int i = 0; i < error.length; i++) {
      errors[i / size] += (double) error[i] * error[i];
    }
    double[] sorted = errors.clone();
    Arrays.sort(sorted);
    double median = sorted[samples / 2];
    if (median == 0) {
      return this;
    }
    float[] scales = new float[samples];
    for (int k = 0; k < samples; k++) {
      scales[k] = (float) Math.sqrt(2 * median / (errors[k] + median));
    }
    float[][] scaled = new float[effects.length][];
    for (int cell = 0; cell < effects.length; cell++) {
      scaled[cell] = scaled(effects[cell], scales);
    }
    return new ImageEffects(samples, cells, scaled(error, scales), scaled);
  }

  private static float[] scaled(float[] values, float[] scales) {
    int size = values.length / scales.length;
    float[] scaled = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      scaled[i] = values[i] * scales[i / size];
    }
    return scaled;
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
