package io.harmonica.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class FeatureMomentsTest {

  @Test
  void piecesOfAnySizeGiveTheStatisticsOfTheWhole() {
    float[][] features = features(53, 4);
    FeatureStatistics whole = FeatureStatistics.of(features);
    try (FeatureMoments moments = new FeatureMoments(4)) {
      for (int from = 0, size = 1; from < 53; from += size, size = 2 * size + 1) {
        moments.add(Arrays.copyOfRange(features, from, Math.min(53, from + size)));
      }
      assertThat(moments.count()).isEqualTo(53);
      assertSame(moments.statistics(), whole);
    }
  }

  @Test
  void takingAPartAwayLeavesTheRest() {
    float[][] features = features(40, 3);
    try (FeatureMoments all = new FeatureMoments(3);
        FeatureMoments part = new FeatureMoments(3)) {
      all.add(features);
      part.add(Arrays.copyOfRange(features, 10, 25));
      float[][] rest = new float[25][];
      System.arraycopy(features, 0, rest, 0, 10);
      System.arraycopy(features, 25, rest, 10, 15);
      assertSame(all.without(part), FeatureStatistics.of(rest));
      assertSame(all.statistics(), FeatureStatistics.of(features));
    }
  }

  private static void assertSame(FeatureStatistics actual, FeatureStatistics expected) {
    for (int i = 0; i < expected.dimension(); i++) {
      assertThat(actual.mean()).containsExactly(expected.mean(), within(1e-9));
      assertThat(actual.covariance()[i]).containsExactly(expected.covariance()[i], within(1e-9));
    }
    assertThat(actual.count()).isEqualTo(expected.count());
  }

  private static float[][] features(int count, int dimension) {
    Random random = new Random(4);
    float[][] features = new float[count][dimension];
    for (float[] row : features) {
      for (int j = 0; j < dimension; j++) {
        row[j] = 100 + j + (float) random.nextGaussian();
      }
    }
    return features;
  }

  @Test
  void refusesOtherLengthsAndTooFew() {
    try (FeatureMoments moments = new FeatureMoments(2)) {
      moments.add(new float[][] {{1, 2}});
      assertThatThrownBy(moments::statistics).hasMessageContaining("at least 2 feature vectors");
      assertThatThrownBy(() -> moments.add(new float[][] {{1, 2, 3}}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("features: vectors have length 3, expected 2");
    }
    assertThatThrownBy(() -> new FeatureMoments(0)).hasMessageContaining("dimension");
  }
}
