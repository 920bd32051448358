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

/** The weights of plain extrapolation. */
final class PolynomialForecastTest {

  @Test
  void weightsWorkedByHand() {
    assertThat(forecast(1, 5, 4, 2)).isEqualTo(Forecast.of(1.5f, -0.5f));
    assertThat(forecast(2, 5, 4, 2, 0)).isEqualTo(Forecast.of(1.875f, -1.25f, 0.375f));
    // Uneven: through 4, 3 and 1, at 6.
    assertThat(forecast(2, 6, 4, 3, 1)).isEqualTo(Forecast.of(5, -5, 1));
  }

  @Test
  void ordersComeWithTheirHistory() {
    assertThat(forecast(4, 1, 0)).isEqualTo(Forecast.REUSE);
    assertThat(forecast(4, 2, 1, 0)).isEqualTo(Forecast.of(2, -1));
    assertThat(forecast(4, 9, 8, 6, 4, 2, 0).terms()).isEqualTo(5);
    assertThat(forecast(0, 9, 8, 6, 4)).isEqualTo(Forecast.REUSE);
  }

  /** Where TaylorSeer lags behind a parabola, this does not. */
  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void polynomialsOfItsOrderAreForecastExactly(
      @ForAll @IntRange(min = 0, max = 4) int order,
      @ForAll @IntRange(min = 1, max = 5) int ahead,
      @ForAll long seed) {
    Random random = new Random(seed);
    int[] history = new int[order + 2];
    int step = 0;
    for (int i = history.length - 1; i >= 0; i--) {
      history[i] = step;
      step += 1 + random.nextInt(4);
    }
    double[] polynomial = random.doubles(order + 1, -1, 1).toArray();
    int at = history[0] + ahead;
    Forecast forecast = forecast(order, at, history);
    double sum = 0;
    double largest = 0;
    for (int term = 0; term < forecast.terms(); term++) {
      double value = value(polynomial, history[term]);
      sum += forecast.weight(0, term) * value;
      largest += Math.abs(forecast.weight(0, term) * value);
    }
    assertThat(sum).isCloseTo(value(polynomial, at), within(1e-6 * (1 + largest)));
  }

  private static double value(double[] polynomial, int step) {
    double value = 0;
    for (int power = polynomial.length - 1; power >= 0; power--) {
      value = value * (step / 10.0) + polynomial[power];
    }
    return value;
  }

  private static Forecast forecast(int order, int step, int... history) {
    return new PolynomialForecast(order).forecast(step, 0, history);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 5})
  void ordersOutsideAreRefused(int order) {
    assertThatThrownBy(() -> new PolynomialForecast(order))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("order is " + order + ", expected 0 to 4");
  }
}
