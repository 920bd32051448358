package io.harmonica.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class BootstrapTest {

  @Test
  void agreesWithTheNormalApproximation() {
    Random random = new Random(1);
    double[] values = random.doubles(400).toArray();
    double mean = 0;
    for (double value : values) {
      mean += value / values.length;
    }
    double variance = 0;
    for (double value : values) {
      variance += (value - mean) * (value - mean) / (values.length - 1);
    }
    double halfWidth = 1.96 * Math.sqrt(variance / values.length);

    Interval interval = Bootstrap.ofMean(values, 4000, 0.95, 7);

    assertThat(interval.low()).isCloseTo(mean - halfWidth, within(0.1 * halfWidth));
    assertThat(interval.high()).isCloseTo(mean + halfWidth, within(0.1 * halfWidth));
  }

  @Test
  void dependsOnTheSeedAlone() {
    double[] values = {1, 2, 4, 8, 16};
    Interval first = Bootstrap.ofMean(values, 500, 0.9, 3);
    assertThat(Bootstrap.ofMean(values, 500, 0.9, 3)).isEqualTo(first);
    assertThat(Bootstrap.ofMean(values, 500, 0.9, 4)).isNotEqualTo(first);
  }

  @Test
  void equalValuesLeaveNoDoubt() {
    Interval interval = Bootstrap.ofMean(new double[] {2, 2, 2}, 100, 0.95, 1);
    assertThat(interval).isEqualTo(new Interval(2, 2));
    assertThat(interval.width()).isZero();
  }

  @Test
  void refusesBadSettings() {
    double[] one = {1};
    assertThatThrownBy(() -> Bootstrap.ofMean(new double[0], 10, 0.9, 1))
        .hasMessage("no values to resample");
    assertThatThrownBy(() -> Bootstrap.ofMean(one, 0, 0.9, 1)).hasMessageContaining("resamples");
    assertThatThrownBy(() -> Bootstrap.ofMean(one, 10, 95, 1)).hasMessageContaining("95");
    assertThatThrownBy(() -> Bootstrap.ofMean(new double[] {1, Double.NaN}, 10, 0.9, 1))
        .hasMessage("value 1 is NaN");
    assertThatThrownBy(() -> new Interval(2, 1)).isInstanceOf(IllegalArgumentException.class);
  }
}
