package io.harmonica.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class FeatureStatisticsTest {

  @Test
  void matchesAHandComputedCovariance() {
    FeatureStatistics statistics = FeatureStatistics.of(new float[][] {{1, 2}, {3, 6}, {5, 4}});
    assertThat(statistics.mean()).containsExactly(3, 4);
    assertThat(statistics.covariance()[0]).containsExactly(4, 2);
    assertThat(statistics.covariance()[1]).containsExactly(2, 4);
    assertThat(statistics.count()).isEqualTo(3);
    assertThat(statistics.dimension()).isEqualTo(2);
  }

  @Test
  void doesNotDependOnHowManyRowsAreTakenAtOnce() {
    Random random = new Random(3);
    float[][] features = new float[2500][2];
    double[] sum = new double[2];
    for (float[] row : features) {
      row[0] = 1000 + (float) random.nextGaussian();
      row[1] = row[0] / 2 + (float) random.nextGaussian();
      sum[0] += row[0];
      sum[1] += row[1];
    }
    double expected = 0;
    for (float[] row : features) {
      expected += (row[0] - sum[0] / 2500) * (row[1] - sum[1] / 2500) / 2499;
    }
    double[][] covariance = FeatureStatistics.of(features).covariance();
    assertThat(covariance[0][1]).isCloseTo(expected, within(1e-9));
    assertThat(covariance[1][0]).isEqualTo(covariance[0][1]);
  }

  @Test
  void keepsItsOwnCopies() {
    double[] mean = {1};
    double[][] covariance = {{2}};
    FeatureStatistics statistics = new FeatureStatistics(mean, covariance, 10);
    mean[0] = 9;
    covariance[0][0] = 9;
    statistics.mean()[0] = 8;
    statistics.covariance()[0][0] = 8;
    assertThat(statistics.mean()).containsExactly(1);
    assertThat(statistics.covariance()[0]).containsExactly(2);
  }

  @Test
  void refusesWhatIsNoSetOfFeatures() {
    assertThatThrownBy(() -> FeatureStatistics.of(new float[][] {{1, 2}}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 2");
    assertThatThrownBy(() -> FeatureStatistics.of(new float[][] {{1, 2}, {1}}))
        .hasMessage("features: vector 1 has length 1, vector 0 has 2");
    assertThatThrownBy(() -> FeatureStatistics.of(new float[][] {{1}, {Float.NaN}}))
        .hasMessage("features: vector 1 holds NaN at 0");
    assertThatThrownBy(() -> FeatureStatistics.of(new float[][] {{}, {}}))
        .hasMessageContaining("empty");
  }

  @Test
  void refusesWhatIsNoCovariance() {
    double[] mean = {0, 0};
    assertThatThrownBy(() -> new FeatureStatistics(mean, new double[][] {{1, 0}}, 5))
        .hasMessage("a mean of length 2 with a covariance of 1 rows");
    assertThatThrownBy(() -> new FeatureStatistics(mean, new double[][] {{1, 0}, {0}}, 5))
        .hasMessageContaining("row 1");
    assertThatThrownBy(() -> new FeatureStatistics(mean, new double[][] {{1, 0.5}, {0, 1}}, 5))
        .hasMessageContaining("not symmetric");
    assertThatThrownBy(
            () -> new FeatureStatistics(mean, new double[][] {{1, 0}, {0, Double.NaN}}, 5))
        .hasMessageContaining("not finite");
    assertThatThrownBy(() -> new FeatureStatistics(mean, new double[][] {{1, 0}, {0, 1}}, 1))
        .hasMessageContaining("count");
  }
}
