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

  /**
   * An interval for a statistic over rows and columns that both were drawn from more, such as
   * trained routers and the noises that each of them sampled. Rows and columns are resampled, each
   * time anew and each for itself. Few rows give a coarse interval.
   *
   * @param values one row for each of the first, all of the same length
   * @param resamples how many statistics to draw
   * @param level the confidence, for example 0.95
   * @param seed the seed of the draws
   * @param statistic computes the statistic of all drawn values; the array is valid during the call
   * @return the interval
   * @throws IllegalArgumentException if there is no value or rows differ in length
   */
  public static Interval ofCrossed(
      double[][] values,
      int resamples,
      double level,
      long seed,
      ToDoubleFunction<double[]> statistic) {
    int rows = values.length;
    int columns = rows == 0 ? 0 : values[0].length;
    for (double[] row : values) {
      if (row.length != columns || columns == 0) {
        throw new IllegalArgumentException("rows of values differ in length or are empty");
      }
    }
    SplittableRandom random = new SplittableRandom(seed);
    double[] drawn = new double[rows * columns];
    // Columns are drawn by the common method, rows for each of its draws.
    double[] statistics =
        ofStatistic(
            columns,
            resamples,
            seed + 1,
            chosen -> {
              for (int i = 0; i < rows; i++) {
                double[] row = values[random.nextInt(rows)];
                for (int column = 0; column < columns; column++) {
                  drawn[i * columns + column] = row[chosen[column]];
                }
              }
              return statistic.applyAsDouble(drawn);
            });
    return percentiles(statistics, level);
  }
}
