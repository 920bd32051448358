package io.harmonica.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
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
  void crossedMeansDoubtRowsAndColumns() {
    // Row and column effects of spread 3 and 1: the mean's variance is 9 / rows + 1 / columns.
    Random random = new Random(2);
    double[][] values = new double[40][200];
    double[] columns = random.doubles(200, -Math.sqrt(3), Math.sqrt(3)).toArray();
    for (double[] row : values) {
      double effect = 3 * Math.sqrt(3) * (2 * random.nextDouble() - 1);
      for (int column = 0; column < row.length; column++) {
        row[column] = effect + columns[column];
      }
    }
    double halfWidth = 1.96 * Math.sqrt(9.0 / 40 + 1.0 / 200);
    Interval interval = Bootstrap.ofCrossed(values, 4000, 0.95, 3, BootstrapTest::mean);
    assertThat(interval.width() / 2).isCloseTo(halfWidth, within(0.2 * halfWidth));
    assertThat(Bootstrap.ofCrossed(values, 4000, 0.95, 3, BootstrapTest::mean)).isEqualTo(interval);
  }

  @Test
  void aSingleRowIsABootstrapOfItsColumns() {
    double[] row = new Random(5).doubles(100).toArray();
    Interval alone = Bootstrap.ofMean(row, 4000, 0.95, 9);
    Interval crossed =
        Bootstrap.ofCrossed(new double[][] {row}, 4000, 0.95, 9, BootstrapTest::mean);
    assertThat(crossed.low()).isCloseTo(alone.low(), within(0.01));
    assertThat(crossed.high()).isCloseTo(alone.high(), within(0.01));
    assertThatThrownBy(
            () ->
                Bootstrap.ofCrossed(new double[][] {{1, 2}, {3}}, 10, 0.9, 1, BootstrapTest::mean))
        .hasMessageContaining("differ in length");
    assertThatThrownBy(
            () -> Bootstrap.ofCrossed(new double[0][], 10, 0.9, 1, BootstrapTest::mean).width())
        .isInstanceOf(IllegalArgumentException.class);
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

  private static double mean(double... values) {
    return Arrays.stream(values).average().orElseThrow();
  }
}
