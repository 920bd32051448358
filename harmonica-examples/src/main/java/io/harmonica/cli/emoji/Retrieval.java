package io.harmonica.cli.emoji;

import io.harmonica.diffusion.Noise;
import java.util.Arrays;
import java.util.Random;

/**
 * How often an image is told from others: a classifier chooses among the one that its caption asked
 * for and 99 that are drawn at random.
 *
 * @param found images that it chose rightly
 * @param images all images
 */
public record Retrieval(int found, int images) {
  private static final int CHOICE = 100;

  /**
   * Counts.
   *
   * @param likelihoods one row for each image, a number for each class
   * @param asked the class that each image was asked to show
   * @param seed of the others
   * @return the count
   */
  public static Retrieval of(float[][] likelihoods, int[] asked, long seed) {
    int found = 0;
    for (int i = 0; i < asked.length; i++) {
      int classes = likelihoods[i].length;
      int[] others = others(classes, asked[i], Noise.random(seed, i));
      float[] row = likelihoods[i];
      float right = row[asked[i]];
      if (Arrays.stream(others).allMatch(other -> row[other] < right)) {
        found++;
      }
    }
    return new Retrieval(found, asked.length);
  }

  private static int[] others(int classes, int asked, Random random) {
    return random
        .ints(0, classes)
        .filter(other -> other != asked)
        .distinct()
        .limit(Math.min(CHOICE, classes) - 1L)
        .toArray();
  }

  /** {@return the share that was found} */
  public double share() {
    return (double) found / images;
  }
}
