package io.harmonica.cli.emoji;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Finding the right one among a hundred. */
final class RetrievalTest {
  private static final int CLASSES = 200;
  private static final int IMAGES = 4000;

  private static float[][] likelihoods(float right, Random random) {
    float[][] rows = new float[IMAGES][CLASSES];
    for (int i = 0; i < IMAGES; i++) {
      for (int j = 0; j < CLASSES; j++) {
        rows[i][j] = random.nextFloat();
      }
      rows[i][i % CLASSES] += right;
    }
    return rows;
  }

  private static int[] asked() {
    return IntStream.range(0, IMAGES).map(i -> i % CLASSES).toArray();
  }

  @Test
  void whoKnowsAllFindsAllAndWhoKnowsNothingOneInAHundred() {
    Random random = new Random(1);
    assertThat(Retrieval.of(likelihoods(1, random), asked(), 5).share()).isEqualTo(1);
    Retrieval guessed = Retrieval.of(likelihoods(0, random), asked(), 5);
    assertThat(guessed.images()).isEqualTo(IMAGES);
    assertThat(guessed.share()).isCloseTo(0.01, within(0.006));
  }

  @Test
  void aTieIsNotFound() {
    assertThat(Retrieval.of(new float[1][CLASSES], new int[] {3}, 5).found()).isZero();
  }
}
