package io.harmonica.cli.bench;

import com.google.gson.Gson;
import java.util.Arrays;

/**
 * One measured number.
 *
 * @param name what was measured, as users ask for it
 * @param value the median of the rounds
 * @param low the first quartile of the rounds
 * @param high the third quartile
 * @param unit what the numbers count; {@code ratio} for none
 */
public record Figure(String name, double value, double low, double high, String unit) {

  /**
   * Sums up rounds.
   *
   * @param name what was measured
   * @param unit what the numbers count
   * @param rounds one number for each round, at least one
   * @return the figure
   */
  static Figure of(String name, String unit, double... rounds) {
    double[] sorted = rounds.clone();
    Arrays.sort(sorted);
    return new Figure(
        name, quantile(sorted, 0.5), quantile(sorted, 0.25), quantile(sorted, 0.75), unit);
  }

  private static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  /**
   * Writes the figure.
   *
   * @return one line of JSON
   */
  public String toJson() {
    return new Gson().toJson(this);
  }
}
