package io.harmonica.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class EstimateTest {

  @Test
  void meanAndMedianWithTheirIntervals() {
    double[] values = {1, 2, 3, 4, 100};
    Estimate mean = Estimate.ofMean(values, 1);
    assertThat(mean.value()).isEqualTo(22);
    assertThat(mean.interval()).isEqualTo(Bootstrap.ofMean(values, 2000, 0.95, 1));
    Estimate median = Estimate.ofMedian(values, 1);
    assertThat(median.value()).isEqualTo(3);
    assertThat(median.interval()).isEqualTo(new Interval(1, 100));
    assertThat(Estimate.ofMedian(new double[] {5, 5}, 3)).isEqualTo(Estimate.exact(5));
  }

  @Test
  void oneSlowBatchDoesNotMoveTheMedian() {
    double[] ratios = new double[41];
    Arrays.setAll(ratios, i -> 1.5 + 0.001 * (i % 5));
    ratios[7] = 0.1;
    Estimate median = Estimate.ofMedian(ratios, 1);
    assertThat(median.value()).isCloseTo(1.502, within(1e-9));
    assertThat(median.interval().low()).isGreaterThan(1.5);
  }

  @Test
  void statisticsOfTheSameThingsAreResampledTogether() {
    double[] values = new Random(1).doubles(30).toArray();
    double[] of =
        Bootstrap.ofStatistic(30, 50, 4, chosen -> values[chosen[0]] - values[chosen[29]]);
    double[] shifted =
        Bootstrap.ofStatistic(
            30, 50, 4, chosen -> (values[chosen[0]] + 1) - (values[chosen[29]] + 1));
    for (int i = 0; i < of.length; i++) {
      assertThat(shifted[i]).isCloseTo(of[i], within(1e-12));
    }
    assertThat(of).isSorted();
  }

  @Test
  void aCrossedMedianIsThatOfAllValuesAndOutliersHardlyMoveIt() {
    double[][] values = {{1, 2, 3}, {4, 5, 1000}};
    assertThat(Estimate.ofCrossedMedian(values, 1).value()).isEqualTo(3.5);
    assertThat(Estimate.ofCrossedMean(values, 1).value()).isCloseTo(1015 / 6.0, within(1e-9));
    double[] row = new Random(3).doubles(200).toArray();
    Interval crossed = Estimate.ofCrossedMedian(new double[][] {row}, 2).interval();
    Interval alone = Estimate.ofMedian(row, 2).interval();
    assertThat(crossed.low()).isCloseTo(alone.low(), within(0.03));
    assertThat(crossed.high()).isCloseTo(alone.high(), within(0.03));
  }
}
