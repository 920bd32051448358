package io.harmonica.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HiCache's weights. */
final class HermiteForecastTest {

  @Test
  void weightsWorkedByHand() {
    // Scale 1/2, a step ahead, distances of 2: H_1(1/2) 1/2 = 1/2 of f1 = (h0 - h1) / 2.
    assertThat(forecast(1, 0.5, 5, 4, 2)).isEqualTo(Forecast.of(1.25f, -0.25f));
    // H_2(1/2) 1/4 / 2 = -1/8 of f2 = (h0 - 2 h1 + h2) / 4.
    assertThat(forecast(2, 0.5, 5, 4, 2, 0)).isEqualTo(Forecast.of(1.21875f, -0.1875f, -0.03125f));
    // Two steps ahead H_2(1) = 2, and H_1(1) 1/2 = 1.
    assertThat(forecast(2, 0.5, 6, 4, 2, 0)).isEqualTo(Forecast.of(1.5625f, -0.625f, 0.0625f));
  }

  @Test
  void ordersComeWithTheirHistory() {
    assertThat(forecast(4, 0.5, 1, 0)).isEqualTo(Forecast.REUSE);
    assertThat(forecast(4, 0.5, 2, 1, 0)).isEqualTo(forecast(1, 0.5, 2, 1, 0));
    assertThat(forecast(4, 0.5, 9, 8, 6, 4, 2, 0).terms()).isEqualTo(5);
    assertThat(forecast(0, 0.5, 9, 8, 6, 4)).isEqualTo(Forecast.REUSE);
  }

  /** What an order adds to the newest output's weight is its polynomial. */
  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void differencesAreWeighedByTheirPolynomials(
      @ForAll @DoubleRange(min = 0.1, max = 1) double scale,
      @ForAll @IntRange(min = 1, max = 6) int ahead) {
    double x = scale * ahead;
    double[] polynomials = {
      1, 2 * x, 4 * x * x - 2, 8 * x * x * x - 12 * x, 16 * Math.pow(x, 4) - 48 * x * x + 12
    };
    double factorial = 1;
    for (int order = 1; order <= 4; order++) {
      factorial *= order;
      // At distances of 1 the newest output counts once in every difference.
      double with = forecast(order, scale, 4 + ahead, 4, 3, 2, 1, 0).weight(0, 0);
      double without = forecast(order - 1, scale, 4 + ahead, 4, 3, 2, 1, 0).weight(0, 0);
      double expected = polynomials[order] * Math.pow(scale, order) / factorial;
      double rounding = 1e-7 * (1 + Math.abs(with) + Math.abs(without));
      assertThat(with - without).isCloseTo(expected, within(rounding));
    }
  }

  /** With the scale 1 / sqrt(2), 2 c^2 u is u. */
  @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
  void theFirstOrderIsTaylorsAtOneScale(
      @ForAll @IntRange(min = 1, max = 6) int distance,
      @ForAll @IntRange(min = 1, max = 6) int ahead) {
    Forecast hermite = forecast(1, Math.sqrt(0.5), distance + ahead, distance, 0);
    Forecast taylor = new TaylorForecast(1).forecast(distance + ahead, 0, new int[] {distance, 0});
    for (int term = 0; term < 2; term++) {
      assertThat(hermite.weight(0, term)).isCloseTo(taylor.weight(0, term), within(1e-5f));
    }
  }

  private static Forecast forecast(int order, double scale, int step, int... history) {
    return new HermiteForecast(order, scale).forecast(step, 0, history);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 5})
  void ordersOutsideAreRefused(int order) {
    assertThatThrownBy(() -> new HermiteForecast(order, 0.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("order is " + order + ", expected 0 to 4");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.5, 1.5, Double.NaN})
  void scalesOutsideAreRefused(double scale) {
    assertThatThrownBy(() -> new HermiteForecast(2, scale))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("scale is " + scale + ", expected above 0");
  }
}
