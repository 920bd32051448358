package io.harmonica.search;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;

/**
 * Errors of a plan and of variants of it, sample by sample: the mean squared difference of a
 * sample's x_0 from that of the run that computes everything.
 *
 * @param base of the plan, [samples]
 * @param variants of the variants, in their order, [variants][samples]
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier, read at once
public record SampleErrors(double[] base, double[][] variants) {

  /**
   * Takes the mean over samples.
   *
   * @param errors of samples
   * @return the mean, 0 of none
   */
  public static double mean(double[] errors) {
    return Arrays.stream(errors).average().orElse(0);
  }

  /**
   * Takes the mean square of each sample.
   *
   * @param difference x_0 less that of the run that computes everything, [n, C, H, W]
   * @return the errors, [n]
   */
  static double[] of(NDArray difference) {
    try (NDArray square = difference.square();
        NDArray rows = square.reshape(square.getShape().get(0), -1);
        NDArray means = rows.mean(new int[] {1})) {
      float[] read = means.toFloatArray();
      double[] errors = new double[read.length];
      for (int i = 0; i < errors.length; i++) {
        errors[i] = read[i];
      }
      return errors;
    }
  }

  /** The median over samples. */
  static double median(double[] errors) {
    double[] sorted = errors.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /**
   * The mean over samples, none of which decides alone: errors of single images differ a
   * hundredfold, since now and then a trajectory ends at another image, and what mends that one is
   * chance. With e the error of a sample and m a usual one, it counts as 2 m e / (e + m): nearly 2
   * e for small errors, e at m, and never more than 2 m.
   */
  static double evenMean(double[] errors, double usual) {
    return usual > 0
        ? Arrays.stream(errors).map(e -> 2 * usual * e / (e + usual)).average().orElse(0)
        : mean(errors);
  }
}
