package io.harmonica.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class KernelDistanceTest {

  @Test
  void oneDimensionByHand() {
    // k(x, y) = (xy + 1)^3 of 0, 0, 1, 1 against 0, 1: within the first, of 12 pairs 2 have 8, 10
    // have 1;
    // within the second 1; across, of 8 pairs 2 have 8 and 6 have 1.
    FeatureRows first = rows(new float[][] {{0}, {0}, {1}, {1}});
    FeatureRows second = rows(new float[][] {{0}, {1}});
    double expected = (2 * 8 + 10) / 12.0 + 1 - 2 * (2 * 8 + 6) / 8.0;
    assertThat(KernelDistance.between(first, second).value()).isCloseTo(expected, within(1e-12));
  }

  @Test
  void agreesWithTheDefinitionAndSoDoesWhatItLeavesOut() {
    float[][] x = features(33, 5, 0, 1);
    float[][] y = features(21, 5, 0.4, 2);
    Estimate estimate = KernelDistance.between(rows(x), rows(y));
    assertThat(estimate.value()).isCloseTo(byDefinition(x, y), within(1e-6));
    Estimate expected =
        Jackknife.of(byDefinition(x, y), 33, group -> byDefinition(without(x, group), y));
    assertThat(estimate.interval().low()).isCloseTo(expected.interval().low(), within(1e-6));
    assertThat(estimate.interval().high()).isCloseTo(expected.interval().high(), within(1e-6));
  }

  @Test
  void tilesDoNotShow() {
    float[][] x = features(2100, 3, 0, 3); // more than a tile's side
    float[][] y = features(2060, 3, 0.2, 4);
    assertThat(KernelDistance.between(rows(x), rows(y)).value())
        .isCloseTo(byDefinition(x, y), within(1e-6));
  }

  @Test
  void equalDistributionsAreAsOftenBelowZeroAsAbove() {
    int below = 0;
    for (int i = 0; i < 200; i++) {
      Estimate estimate =
          KernelDistance.between(
              rows(features(30, 4, 0, 2L * i)), rows(features(30, 4, 0, 2L * i + 1)));
      below += estimate.value() < 0 ? 1 : 0;
    }
    assertThat(below).isBetween(80, 150);
  }

  private static float[][] without(float[][] x, int group) {
    int n = x.length;
    float[][] rest =
        Arrays.copyOf(x, n - (Jackknife.start(group + 1, n) - Jackknife.start(group, n)));
    System.arraycopy(
        x,
        Jackknife.start(group + 1, n),
        rest,
        Jackknife.start(group, n),
        n - Jackknife.start(group + 1, n));
    return rest;
  }

  private static double byDefinition(float[][] x, float[][] y) {
    return mean(x, x, true) + mean(y, y, true) - 2 * mean(x, y, false);
  }

  private static double mean(float[][] a, float[][] b, boolean different) {
    double sum = 0;
    long pairs = 0;
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < b.length; j++) {
        if (!different || i != j) {
          double product = 0;
          for (int k = 0; k < a[i].length; k++) {
            product += (double) a[i][k] * b[j][k];
          }
          sum += Math.pow(product / a[i].length + 1, 3);
          pairs++;
        }
      }
    }
    return sum / pairs;
  }

  private static FeatureRows rows(float[][] features) {
    return FeatureRows.of("features", features);
  }

  private static float[][] features(int count, int dimension, double shift, long seed) {
    Random random = new Random(seed);
    float[][] features = new float[count][dimension];
    for (float[] row : features) {
      for (int j = 0; j < dimension; j++) {
        row[j] = (float) (random.nextGaussian() + shift);
      }
    }
    return features;
  }

  @Test
  void refusesSetsItCannotCompare() {
    FeatureRows three = rows(new float[3][2]);
    FeatureRows four = rows(new float[4][2]);
    assertThatThrownBy(() -> KernelDistance.between(three, four))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got 3 and 4");
    FeatureRows other = rows(new float[4][1]);
    assertThatThrownBy(() -> KernelDistance.between(four, other))
        .hasMessage("real vectors have length 1, generated ones 2");
  }
}
