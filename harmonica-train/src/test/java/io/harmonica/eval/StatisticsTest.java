package io.harmonica.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class StatisticsTest {

  @Test
  void medianOfOddAndEvenNumbers() {
    assertThat(Statistics.median(3, 1, 2)).isEqualTo(2);
    assertThat(Statistics.median(4, 1, 3, 2)).isEqualTo(2.5);
    assertThat(Statistics.median(7)).isEqualTo(7);
  }

  @Test
  void quantilesInterpolateBetweenOrderStatistics() {
    double[] values = {40, 10, 20, 30};
    assertThat(Statistics.quantile(values, 0)).isEqualTo(10);
    assertThat(Statistics.quantile(values, 1)).isEqualTo(40);
    assertThat(Statistics.quantile(values, 0.25)).isEqualTo(17.5); // index 0.75
    assertThat(Statistics.quantile(values, 0.9)).isCloseTo(37, within(1e-12)); // index 2.7
    assertThat(values).containsExactly(40, 10, 20, 30);
  }

  @Test
  void spreadIgnoresOneSlowRun() {
    assertThat(Statistics.spread(1, 2, 3, 4, 5)).isEqualTo(2);
    assertThat(Statistics.spread(1, 2, 3, 4, 5000)).isEqualTo(2);
  }

  @Test
  void refusesWhatHasNoAnswer() {
    assertThatThrownBy(() -> Statistics.median())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no values to summarise");
    assertThatThrownBy(() -> Statistics.median(1, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Statistics.quantile(new double[] {1}, 1.5))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1.5");
  }

  @Test
  void quantilesOfEqualValuesAreThatValue() {
    double value = 1.58488124103977;
    for (double p = 0; p <= 1; p += 0.0125) {
      assertThat(Statistics.quantile(new double[] {value, value, value}, p)).isEqualTo(value);
    }
  }
}
