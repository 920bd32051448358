package io.harmonica.search;

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
