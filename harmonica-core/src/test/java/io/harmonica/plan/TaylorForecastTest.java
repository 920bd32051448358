package io.harmonica.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** TaylorSeer's weights. */
final class TaylorForecastTest {

  @Test
  void weightsWorkedByHand() {
    // u = 1, d = 2.
    assertThat(forecast(1, 5, 4, 2)).isEqualTo(Forecast.of(1.5f, -0.5f));
    // f1 = (h0 - h1) / 2, f2 = (h0 - 2 h1 + h2) / 4, u = 1: h0 + f1 + f2 / 2.
    assertThat(forecast(2, 5, 4, 2, 0)).isEqualTo(Forecast.of(1.625f, -0.75f, 0.125f));
    // Uneven: f1 = h0 - h1 and, a step before, (h1 - h2) / 2; u = 2.
    assertThat(forecast(2, 6, 4, 3, 1)).isEqualTo(Forecast.of(5, -5, 1));
  }

  @Test
  void ordersComeWithTheirHistory() {
    assertThat(forecast(4, 1, 0)).isEqualTo(Forecast.REUSE);
    assertThat(forecast(4, 2, 1, 0)).isEqualTo(Forecast.of(2, -1));
    assertThat(forecast(4, 3, 2, 1, 0)).isEqualTo(forecast(2, 3, 2, 1, 0));
    assertThat(forecast(4, 9, 8, 6, 4, 2, 0).terms()).isEqualTo(5);
    assertThat(forecast(0, 9, 8, 6, 4)).isEqualTo(Forecast.REUSE);
  }

  private static Forecast forecast(int order, int step, int... history) {
    return new TaylorForecast(order).forecast(step, 0, history);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 5})
  void ordersOutsideAreRefused(int order) {
    assertThatThrownBy(() -> new TaylorForecast(order))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("order is " + order + ", expected 0 to 4");
  }

  /** Descending steps with gaps of one to five. */
  private static int[] history(Random random, int length) {
    int[] history = new int[length];
    int step = 0;
    for (int i = length - 1; i >= 0; i--) {
      history[i] = step;
      step += 1 + random.nextInt(5);
    }
    return history;
  }

  /** The sum with numbers instead of weights, difference by difference, recursively. */
  private static double difference(double[] values, int[] history, int order, int at) {
    return order == 0
        ? values[at]
        : (difference(values, history, order - 1, at)
                - difference(values, history, order - 1, at + 1))
            / (history[at] - history[at + 1]);
  }

  private static double weighed(Forecast forecast, double[] values) {
    double sum = 0;
    for (int term = 0; term < forecast.terms(); term++) {
      sum += forecast.weight(0, term) * values[term];
    }
    return sum;
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void weightsAreThoseOfTheDifferences(
      @ForAll @IntRange(min = 0, max = 4) int order,
      @ForAll @IntRange(min = 1, max = 7) int length,
      @ForAll @IntRange(min = 1, max = 6) int ahead,
      @ForAll long seed) {
    Random random = new Random(seed);
    int[] history = history(random, length);
    double[] values = random.doubles(length, -1, 1).toArray();
    double expected = 0;
    double factor = 1;
    for (int i = 0; i <= Math.min(order, length - 1); i++) {
      expected += factor * difference(values, history, i, 0);
      factor *= (double) ahead / (i + 1);
    }
    Forecast forecast = forecast(order, history[0] + ahead, history);
    double largest = 0;
    for (int term = 0; term < forecast.terms(); term++) {
      largest += Math.abs(forecast.weight(0, term));
    }
    assertThat(weighed(forecast, values)).isCloseTo(expected, within(1e-6 * largest));
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void constantsAndLinesAreForecastExactly(
      @ForAll @IntRange(min = 1, max = 4) int order,
      @ForAll @IntRange(min = 2, max = 7) int length,
      @ForAll @IntRange(min = 1, max = 6) int ahead,
      @ForAll long seed) {
    int[] history = history(new Random(seed), length);
    Forecast forecast = forecast(order, history[0] + ahead, history);
    double[] ones = new double[length];
    double[] line = new double[length];
    double largest = 0;
    for (int i = 0; i < length; i++) {
      ones[i] = 1;
      line[i] = 3 - 0.5 * history[i];
      largest += i < forecast.terms() ? Math.abs(forecast.weight(0, i)) : 0;
    }
    assertThat(weighed(forecast, ones)).isCloseTo(1, within(1e-6 * largest));
    assertThat(weighed(forecast, line))
        .isCloseTo(3 - 0.5 * (history[0] + ahead), within(2e-5 * largest));
  }

  /**
   * TaylorSeer takes the slope between the last two outputs for that at the last one, so a parabola
   * is not exact: at even distances d, order 2 misses a s^2 by a u d, u steps after the last
   * output.
   */
  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void parabolasAreMissedByTheSlopesLag(
      @ForAll @IntRange(min = 1, max = 5) int distance,
      @ForAll @IntRange(min = 1, max = 5) int ahead) {
    int newest = 2 * distance;
    Forecast forecast = forecast(2, newest + ahead, newest, distance, 0);
    double parabola = weighed(forecast, new double[] {newest * newest, distance * distance, 0});
    double exact = (newest + ahead) * (newest + ahead);
    assertThat(exact - parabola).isCloseTo(ahead * distance, within(1e-3));
  }
}
