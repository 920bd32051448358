package io.harmonica.eval;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;

/**
 * A measured number and where it would lie had other samples been drawn.
 *
 * @param value the number
 * @param interval its 95% interval
 */
public record Estimate(double value, Interval interval) {
  /** The confidence of every interval. */
  public static final double LEVEL = 0.95;

  private static final int RESAMPLES = 2000;

  /**
   * A number that chance has no part in.
   *
   * @param value the number
   * @return the number, with an interval that holds nothing else
   */
  public static Estimate exact(double value) {
    return new Estimate(value, new Interval(value, value));
  }

  /**
   * Cuts the interval where the number itself ends.
   *
   * @param low the least that the number can be
   * @param high the most
   * @return the same number, with what of the interval lies between
   */
  Estimate within(double low, double high) {
    return new Estimate(
        value, new Interval(Math.max(low, interval.low()), Math.min(high, interval.high())));
  }

  /**
   * The mean of measurements.
   *
   * @param values independent measurements, finite
   * @param seed the bootstrap's seed
   * @return the mean with its interval
   * @throws IllegalArgumentException if there are none or one is not finite
   */
  public static Estimate ofMean(double[] values, long seed) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return new Estimate(sum / values.length, Bootstrap.ofMean(values, RESAMPLES, LEVEL, seed));
  }

  /**
   * The median of measurements.
   *
   * @param values independent measurements
   * @param seed the bootstrap's seed
   * @return the median with its interval
   * @throws IllegalArgumentException if there are none or one is not a number
   */
  public static Estimate ofMedian(double[] values, long seed) {
    double[] medians =
        Bootstrap.ofStatistic(
            values.length,
            RESAMPLES,
            seed,
            chosen -> {
              double[] drawn = new double[chosen.length];
              for (int i = 0; i < drawn.length; i++) {
                drawn[i] = values[chosen[i]];
              }
              return Statistics.median(drawn);
            });
    return new Estimate(Statistics.median(values), Bootstrap.percentiles(medians, LEVEL));
  }

  /**
   * The mean over rows and columns that both are samples, such as routers and noises. Both are
   * resampled, see {@link Bootstrap#ofCrossed}.
   *
   * @param values one row for each of the first, all of the same length
   * @param seed the seed of the resampling
   * @return the mean with its interval
   * @throws IllegalArgumentException if there is no value or rows differ in length
   */
  public static Estimate ofCrossedMean(double[][] values, long seed) {
    return ofCrossed(values, seed, drawn -> Arrays.stream(drawn).average().orElseThrow());
  }

  /**
   * The median of all values of rows and columns that both are samples. Both are resampled, see
   * {@link Bootstrap#ofCrossed}.
   *
   * @param values one row for each of the first, all of the same length
   * @param seed the seed of the resampling
   * @return the median with its interval
   * @throws IllegalArgumentException if there is no value or rows differ in length
   */
  public static Estimate ofCrossedMedian(double[][] values, long seed) {
    return ofCrossed(values, seed, Statistics::median);
  }

  private static Estimate ofCrossed(
      double[][] values, long seed, ToDoubleFunction<double[]> statistic) {
    Interval interval = Bootstrap.ofCrossed(values, RESAMPLES, LEVEL, seed, statistic);
    double[] all = Arrays.stream(values).flatMapToDouble(Arrays::stream).toArray();
    return new Estimate(statistic.applyAsDouble(all), interval);
  }
}
