package io.harmonica.eval;

import java.util.Arrays;

/** Order statistics of a few measurements, such as the run times of one policy. */
public final class Statistics {

  private Statistics() {}

  /**
   * The sample quantile by linear interpolation between order statistics, "type 7" of Hyndman and
   * Fan, <i>Sample Quantiles in Statistical Packages</i> (1996): with the n values sorted, the
   * value at the fractional index {@code (n - 1) p}. R and NumPy use the same rule unless told
   * otherwise.
   *
   * @param values the measurements in any order; left as they are
   * @param p the wanted share of values below, 0 to 1
   * @return the quantile, in the unit of the values
   * @throws IllegalArgumentException if there are no values, one of them is not a number, or {@code
   *     p} lies outside 0..1
   */
  public static double quantile(double[] values, double p) {
    return quantileOfSorted(sorted(values), p);
  }

  /**
   * The middle value; the mean of the two middle values if their number is even.
   *
   * @param values the measurements in any order; left as they are
   * @return the median, in the unit of the values
   * @throws IllegalArgumentException if there are no values or one of them is not a number
   */
  public static double median(double... values) {
    return quantile(values, 0.5);
  }

  /**
   * The interquartile range: the width of the interval that holds the middle half of the values.
   * Unlike the standard deviation it is not moved by a single slow run.
   *
   * @param values the measurements in any order; left as they are
   * @return the third quartile minus the first, in the unit of the values
   * @throws IllegalArgumentException if there are no values or one of them is not a number
   */
  public static double spread(double... values) {
    double[] sorted = sorted(values);
    return quantileOfSorted(sorted, 0.75) - quantileOfSorted(sorted, 0.25);
  }

  static double quantileOfSorted(double[] sorted, double p) {
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("a quantile needs p in 0..1, got " + p);
    }
    double position = (sorted.length - 1) * p;
    int below = (int) position;
    double fraction = position - below;
    if (fraction == 0) {
      return sorted[below];
    }
    // In this form equal neighbours give themselves, and quantiles never fall as p rises.
    return sorted[below] + fraction * (sorted[below + 1] - sorted[below]);
  }

  private static double[] sorted(double[] values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no values to summarise");
    }
    double[] copy = values.clone();
    Arrays.sort(copy);
    if (Double.isNaN(copy[copy.length - 1])) { // NaN sorts last
      throw new IllegalArgumentException("one of the values is not a number");
    }
    return copy;
  }
}
