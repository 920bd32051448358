package io.harmonica.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class InceptionScoreTest {

  @Test
  void sureAndEvenlySpreadImagesScoreTheNumberOfClasses() {
    float[][] logits = new float[40][4];
    for (int i = 0; i < 40; i++) {
      logits[i][i % 4] = 1000; // the other classes' probabilities are exactly 0
    }
    Estimate score = InceptionScore.of(FeatureRows.of("scores", logits));
    assertThat(score.value()).isCloseTo(4, within(1e-12));
    assertThat(score.interval().width()).isLessThan(1e-9);
  }

  @Test
  void imagesThatAllLookTheSameScoreOne() {
    float[][] logits = new float[20][];
    Arrays.fill(logits, new float[] {1, 2, 3});
    assertThat(InceptionScore.of(FeatureRows.of("scores", logits)).value())
        .isCloseTo(1, within(1e-12));
  }

  @Test
  void onePartByHand() {
    // Probabilities (1/4, 3/4) and (3/4, 1/4), mean (1/2, 1/2): KL = ln 2 + (ln 1/4 + 3 ln 3/4) /
    // 4.
    float log3 = (float) Math.log(3);
    FeatureRows logits = FeatureRows.of("scores", new float[][] {{0, log3}, {log3 + 7, 7}});
    double kl = Math.log(2) + (Math.log(0.25) + 3 * Math.log(0.75)) / 4;
    assertThat(InceptionScore.ofPart(logits, 0, 2)).isCloseTo(Math.exp(kl), within(1e-6));
  }

  @Test
  void agreesWithTheSumOfDivergences() {
    Random random = new Random(2);
    float[][] logits = new float[57][6];
    for (float[] row : logits) {
      for (int c = 0; c < row.length; c++) {
        row[c] = (float) (3 * random.nextGaussian());
      }
    }
    double sum = 0;
    for (int split = 0; split < 10; split++) {
      sum += byDefinition(logits, split * 57 / 10, (split + 1) * 57 / 10);
    }
    assertThat(InceptionScore.of(FeatureRows.of("scores", logits)).value())
        .isCloseTo(sum / 10, within(1e-10));
  }

  private static double byDefinition(float[][] logits, int first, int last) {
    int classes = logits[0].length;
    double[][] p = new double[last - first][classes];
    double[] mean = new double[classes];
    for (int i = 0; i < p.length; i++) {
      double total = 0;
      for (int c = 0; c < classes; c++) {
        total += Math.exp(logits[first + i][c]);
      }
      for (int c = 0; c < classes; c++) {
        p[i][c] = Math.exp(logits[first + i][c]) / total;
        mean[c] += p[i][c] / p.length;
      }
    }
    double divergence = 0;
    for (double[] row : p) {
      for (int c = 0; c < classes; c++) {
        divergence += row[c] * (Math.log(row[c]) - Math.log(mean[c])) / p.length;
      }
    }
    return Math.exp(divergence);
  }

  @Test
  void tooFewImagesForTenParts() {
    FeatureRows nine = FeatureRows.of("scores", new float[9][2]);
    assertThatThrownBy(() -> InceptionScore.of(nine))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("9 images are too few for 10 parts");
  }
}
