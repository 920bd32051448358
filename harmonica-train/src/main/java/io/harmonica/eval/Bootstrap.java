package io.harmonica.eval;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Confidence intervals by resampling: Efron, <i>Bootstrap Methods: Another Look at the
 * Jackknife</i> (1979), with the percentile rule.
 */
public final class Bootstrap {

  private Bootstrap() {}

  /**
   * An interval for the mean of the population that the values were drawn from. Draws as many
   * values as there are, with replacement, takes their mean, repeats that, and cuts the same share
   * off both ends of the sorted means.
   *
   * @param values independent measurements
   * @param resamples how many means to draw; a thousand or more for a 95% interval
   * @param level the share of the means to keep, between 0 and 1, such as 0.95
   * @param seed the seed: the same seed and values give the same interval
   * @return the interval, in the unit of the values
   * @throws IllegalArgumentException if there are no values, one of them is not finite, {@code
   *     resamples} is not positive, or {@code level} is not between 0 and 1
   */
  public static Interval ofMean(double[] values, int resamples, double level, long seed) {
    check(values, resamples, level);
    SplittableRandom random = new SplittableRandom(seed);
    double[] means = new double[resamples];
    for (int i = 0; i < resamples; i++) {
      double sum = 0;
      for (int j = 0; j < values.length; j++) {
        sum += values[random.nextInt(values.length)];
      }
      means[i] = sum / values.length;
    }
    Arrays.sort(means);
    double tail = (1 - level) / 2;
    return new Interval(
        Statistics.quantileOfSorted(means, tail), Statistics.quantileOfSorted(means, 1 - tail));
  }

  private static void check(double[] values, int resamples, double level) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no values to resample");
    }
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException("value " + i + " is " + values[i]);
      }
    }
    if (resamples < 1) {
      throw new IllegalArgumentException("resamples must be positive, got " + resamples);
    }
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("level must be between 0 and 1, got " + level);
    }
  }
}
