package io.harmonica.eval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against a search that computes every distance. */
final class ManifoldTest {

  @Test
  void manyAndNearVectorsAreFoundAsIfEveryDistanceWereComputed() {
    // Far from zero and close together, where products in single precision say nothing.
    float[][] real = features(2150, 6, 1);
    float[][] generated = features(2070, 6, 2);
    generated[7] = real[2100].clone();
    for (int i = 0; i < 5; i++) {
      real[100 + i] = real[2149].clone(); // a ball of radius zero
    }
    generated[2069] = real[2149].clone(); // on its surface
    double[] radii = radii(real);
    assertThat(Manifold.of(FeatureRows.of("real", real), 3).squaredRadii()).isEqualTo(radii);
    Manifold.Mutual mutual =
        Manifold.of(FeatureRows.of("real", real), 3)
            .with(Manifold.of(FeatureRows.of("generated", generated), 3));
    assertThat(mutual.othersWithin()).isEqualTo(within(real, radii, generated));
    assertThat(mutual.withinOthers()).isEqualTo(within(generated, radii(generated), real));
    assertThat(mutual.othersWithin()[2069]).isTrue();
    assertThat(count(mutual.othersWithin())).isBetween(200, 2000);
  }

  @Test
  void sharesHaveIntervals() {
    PrecisionRecall.Estimates estimates =
        PrecisionRecall.estimate(
            FeatureRows.of("real", features(300, 6, 3)),
            FeatureRows.of("generated", features(200, 6, 4)),
            3);
    double share = estimates.precision().value();
    double binomial = 2 * 1.96 * Math.sqrt(share * (1 - share) / 200);
    assertThat(estimates.precision().interval().width()).isBetween(0.4 * binomial, 2.2 * binomial);
    assertThat(estimates.recall().interval().contains(estimates.recall().value())).isTrue();
  }

  private static int count(boolean... flags) {
    int count = 0;
    for (boolean flag : flags) {
      count += flag ? 1 : 0;
    }
    return count;
  }

  private static double[] radii(float[][] set) {
    double[] radii = new double[set.length];
    for (int i = 0; i < set.length; i++) {
      double[] distances = new double[set.length];
      for (int j = 0; j < set.length; j++) {
        distances[j] = squared(set[i], set[j]);
      }
      Arrays.sort(distances);
      radii[i] = distances[3]; // the first is the vector itself
    }
    return radii;
  }

  private static boolean[] within(float[][] centres, double[] radii, float[][] probes) {
    boolean[] within = new boolean[probes.length];
    for (int i = 0; i < probes.length; i++) {
      for (int j = 0; j < centres.length; j++) {
        within[i] |= squared(centres[j], probes[i]) <= radii[j];
      }
    }
    return within;
  }

  private static double squared(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return sum;
  }

  private static float[][] features(int count, int dimension, long seed) {
    Random random = new Random(seed);
    float[][] features = new float[count][dimension];
    for (float[] row : features) {
      for (int j = 0; j < dimension; j++) {
        row[j] = (float) (1000 + random.nextGaussian());
      }
    }
    return features;
  }
}
