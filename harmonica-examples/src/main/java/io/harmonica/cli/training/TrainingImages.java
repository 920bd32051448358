package io.harmonica.cli.training;

import ai.djl.ndarray.types.Shape;
import java.util.Random;

/** Images of one size that a model is trained on, in memory. */
public interface TrainingImages {

  /** {@return the number of images} */
  int count();

  /** {@return the shape of each, [C, H, W]} */
  Shape shape();

  /**
   * Copies an image, scaled to [-1, 1].
   *
   * @param index the image
   * @param target receives C x H x W values
   * @param offset where in the target
   */
  void copy(int index, float[] target, int offset);

  /**
   * Returns the images' numbers in random order.
   *
   * @param random the generator
   * @return a permutation of 0 to {@link #count()} - 1
   */
  default int[] shuffled(Random random) {
    int[] order = new int[count()];
    for (int i = 0; i < order.length; i++) {
      int j = random.nextInt(i + 1);
      order[i] = order[j];
      order[j] = i;
    }
    return order;
  }
}
