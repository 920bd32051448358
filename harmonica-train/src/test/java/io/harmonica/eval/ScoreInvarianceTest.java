package io.harmonica.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What must not change the scores of two sets, and what changes them in a known way. */
class ScoreInvarianceTest {
  private static final int WIDTH = 6;

  private final Pair plain = new Pair(features(90, 0, 1), features(70, 0.4, 2));

  /** Real and generated features, and their scores. */
  @SuppressWarnings("ArrayRecordComponent") // a bare carrier
  private record Pair(float[][] real, float[][] generated) {
    Pair with(UnaryOperator<float[]> change) {
      return new Pair(each(real, change), each(generated, change));
    }

    Pair swapped() {
      return new Pair(generated, real);
    }

    double frechet() {
      return FrechetDistance.between(FeatureStatistics.of(generated), FeatureStatistics.of(real));
    }

    double kernel() {
      return KernelDistance.between(
              FeatureRows.of("real", real), FeatureRows.of("generated", generated))
          .value();
    }

    PrecisionRecall shares() {
      return PrecisionRecall.of(real, generated);
    }
  }

  @Test
  void theOrderOfImagesDoesNotShow() {
    Pair shuffled = new Pair(plain.real().clone(), plain.generated().clone());
    Collections.shuffle(Arrays.asList(shuffled.real()), new Random(7));
    Collections.shuffle(Arrays.asList(shuffled.generated()), new Random(8));
    assertThat(shuffled.real()).isNotEqualTo(plain.real());
    assertThat(shuffled.frechet()).isCloseTo(plain.frechet(), within(1e-9));
    assertThat(shuffled.kernel()).isCloseTo(plain.kernel(), within(1e-6));
    assertThat(shuffled.shares()).isEqualTo(plain.shares());
  }

  @Test
  void turningAllFeaturesTheSameWayChangesNothing() {
    Pair turned = plain.with(ScoreInvarianceTest::turned);
    assertThat(turned.frechet()).isCloseTo(plain.frechet(), within(1e-4));
    assertThat(turned.kernel()).isCloseTo(plain.kernel(), within(1e-4));
    assertThat(turned.shares()).isEqualTo(plain.shares());
    // Turning one of them alone does change something.
    Pair crossed = new Pair(plain.real(), turned.generated());
    assertThat(Math.abs(crossed.frechet() - plain.frechet())).isGreaterThan(0.1);
  }

  @Test
  void movingAllFeaturesLeavesDistancesAlone() {
    Pair moved = plain.with(row -> line(row, 1, 3));
    assertThat(moved.frechet()).isCloseTo(plain.frechet(), within(1e-4));
    assertThat(moved.shares()).isEqualTo(plain.shares());
    // KID's kernel multiplies features, so that it has an origin.
    assertThat(Math.abs(moved.kernel() - plain.kernel())).isGreaterThan(0.1);
  }

  @Test
  void theFrechetDistanceGrowsWithTheSquareOfTheScale() {
    Pair doubled = plain.with(row -> line(row, 2, 0));
    assertThat(doubled.frechet()).isCloseTo(4 * plain.frechet(), within(1e-4));
    assertThat(doubled.shares()).isEqualTo(plain.shares());
  }

  @Test
  void distancesHaveNoDirectionAndSharesSwapSides() {
    assertThat(plain.swapped().frechet()).isCloseTo(plain.frechet(), within(1e-9));
    assertThat(plain.swapped().kernel()).isCloseTo(plain.kernel(), within(1e-6));
    PrecisionRecall shares = plain.shares();
    assertThat(shares.precision()).isNotEqualTo(shares.recall());
    assertThat(plain.swapped().shares())
        .isEqualTo(new PrecisionRecall(shares.recall(), shares.precision()));
  }

  private static float[][] features(int count, double shift, long seed) {
    Random random = new Random(seed);
    float[][] features = new float[count][WIDTH];
    for (float[] row : features) {
      for (int i = 0; i < WIDTH; i++) {
        row[i] = (float) ((1 + 0.3 * i) * random.nextGaussian() + shift * i);
      }
    }
    return features;
  }

  private static float[][] each(float[][] rows, UnaryOperator<float[]> change) {
    return Arrays.stream(rows).map(change).toArray(float[][]::new);
  }

  private static float[] line(float[] row, float scale, float shift) {
    float[] changed = row.clone();
    for (int i = 0; i < WIDTH; i++) {
      changed[i] = scale * changed[i] + shift;
    }
    return changed;
  }

  /** Turns each pair of neighbouring axes by an angle of its own. */
  private static float[] turned(float[] row) {
    float[] changed = row.clone();
    for (int i = 0; i + 1 < WIDTH; i++) {
      double angle = 0.4 + 0.3 * i;
      double x = changed[i];
      double y = changed[i + 1];
      changed[i] = (float) (Math.cos(angle) * x - Math.sin(angle) * y);
      changed[i + 1] = (float) (Math.sin(angle) * x + Math.cos(angle) * y);
    }
    return changed;
  }
}
