package io.harmonica.cli.classifier;

import io.harmonica.cli.training.TrainingImages;
import java.util.Random;

/** Images whose classes are known. */
public interface LabelledImages extends TrainingImages {

  /** {@return the number of classes} */
  int classes();

  /**
   * Returns an image's class.
   *
   * @param index the image
   * @return from 0 to {@link #classes()} - 1
   */
  int label(int index);

  /**
   * Copies an image as {@link #copy} does, changed in ways that leave its class as it is.
   *
   * @param index the image
   * @param target receives C x H x W values
   * @param offset where in the target
   * @param random the generator
   */
  void copyVaried(int index, float[] target, int offset, Random random);
}
