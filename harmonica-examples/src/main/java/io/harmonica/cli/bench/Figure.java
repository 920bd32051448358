package io.harmonica.cli.bench;

import com.google.gson.Gson;
import io.harmonica.eval.Statistics;

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
    return new Figure(
        name,
        Statistics.median(rounds),
        Statistics.quantile(rounds, 0.25),
        Statistics.quantile(rounds, 0.75),
        unit);
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
