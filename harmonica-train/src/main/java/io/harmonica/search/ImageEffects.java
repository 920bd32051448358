package io.harmonica.search;

import java.util.Arrays;

/**
 * What single changes of a plan do to x_0 on a batch. To first order the effects of several changes
 * add up, so that the error of any nearby plan is known without running it:
 *
 * <p>E(z) = mean (e + sum_i z_i d_i)^2 = E(0) + sum_i 2 g_i z_i + sum_ij G_ij z_i z_j
 *
 * <p>with e the plan's own error, d_i the effect of change i, g_i = mean(e d_i) and G_ij = mean(d_i
 * d_j).
 *
 * @param weights what each sample of the batch counts; their values follow each other
 * @param error e: x_0 of the plan less x_0 of full computation, all values of the batch
 * @param effects d: for each change, x_0 with it less x_0 of the plan
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier, read at once
public record ImageEffects(double[] weights, float[] error, float[][] effects) {

  /** Effects whose samples count alike. */
  static ImageEffects of(int samples, float[] error, float[][] effects) {
    double[] weights = new double[samples];
    Arrays.fill(weights, 1);
    return new ImageEffects(weights, error, effects);
  }

  /**
   * Effects as differences of x_0, each with the samples' values following each other.
   *
   * @param full x_0 of full computation
   * @param base x_0 of the plan; its values are overwritten
   * @param changed x_0 of the plan with each change; their values are overwritten
   */
  static ImageEffects between(int samples, float[] full, float[] base, float[][] changed) {
    for (float[] each : changed) {
      subtract(each, base);
    }
    subtract(base, full);
    return of(samples, base, changed);
  }

  private static void subtract(float[] values, float[] others) {
    for (int i = 0; i < values.length; i++) {
      values[i] -= others[i];
    }
  }

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
   * @return the same effects with other weights; arrays are shared
   */
  ImageEffects weighedEvenly() {
    double[] errors = new double[weights.length];
    int size = error.length / errors.length;
    for (int i = 0; i < error.length; i++) {
      errors[i / size] += (double) error[i] * error[i];
    }
    double[] sorted = errors.clone();
    Arrays.sort(sorted);
    double median = sorted[errors.length / 2];
    if (median == 0) {
      return this;
    }
    double[] even = Arrays.stream(errors).map(each -> 2 * median / (each + median)).toArray();
    return new ImageEffects(even, error, effects);
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

  private double product(float[] a, float[] b) {
    int size = a.length / weights.length;
    double sum = 0;
    for (int sample = 0; sample < weights.length; sample++) {
      double own = 0;
      for (int i = sample * size; i < (sample + 1) * size; i++) {
        own += (double) a[i] * b[i];
      }
      sum += weights[sample] * own;
    }
    return sum / a.length;
  }
}
