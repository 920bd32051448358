package io.harmonica.eval;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

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
    if (values.length == 0) {
      throw new IllegalArgumentException("no values to resample");
    }
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new IllegalArgumentException("value " + i + " is " + values[i]);
      }
    }
    return percentiles(
        ofStatistic(values.length, resamples, seed, chosen -> mean(values, chosen)), level);
  }

  private static double mean(double[] values, int... chosen) {
    double sum = 0;
    for (int index : chosen) {
      sum += values[index];
    }
    return sum / chosen.length;
  }

  /**
   * Draws any statistic of resampled measurements.
   *
   * @param count how many measurements there are
   * @param resamples how often to draw as many of them, with replacement
   * @param seed the seed: the same seed and count draw the same measurements, so that two sets
   *     measured on the same things are resampled together
   * @param statistic computes the statistic of the measurements with these numbers; the array is
   *     valid during the call
   * @return one value for each resample, sorted
   * @throws IllegalArgumentException if there are no measurements or {@code resamples} is not
   *     positive
   */
  public static double[] ofStatistic(
      int count, int resamples, long seed, ToDoubleFunction<int[]> statistic) {
    if (count < 1) {
      throw new IllegalArgumentException("no values to resample");
    }
    if (resamples < 1) {
      throw new IllegalArgumentException("resamples must be positive, got " + resamples);
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] statistics = new double[resamples];
    int[] chosen = new int[count];
    for (int i = 0; i < resamples; i++) {
      for (int j = 0; j < count; j++) {
        chosen[j] = random.nextInt(count);
      }
      statistics[i] = statistic.applyAsDouble(chosen);
    }
    Arrays.sort(statistics);
    return statistics;
  }

  /**
   * Cuts the same share off both ends.
   *
   * @param sorted what {@link #ofStatistic} returned
   * @param level the share to keep, between 0 and 1, such as 0.95
   * @return the interval
   * @throws IllegalArgumentException if {@code level} is not between 0 and 1
   */
  public static Interval percentiles(double[] sorted, double level) {
    if (!(level > 0 && level < 1)) {
      throw new IllegalArgumentException("level must be between 0 and 1, got " + level);
    }
    double tail = (1 - level) / 2;
    return new Interval(
        Statistics.quantileOfSorted(sorted, tail), Statistics.quantileOfSorted(sorted, 1 - tail));
  }
}
