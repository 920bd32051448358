package io.harmonica.cli.training;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import java.util.Random;

/** A model of noise that {@link ImageModelTrainer} trains, with what it is told of each image. */
public interface ImageModel extends AutoCloseable {

  /** {@return the tensors to train by name, FLOAT32; they stay this object's} */
  Map<String, NDArray> weights();

  /**
   * Draws what the model is told of an image. Now and then that is nothing, which guidance needs
   * (Ho and Salimans, 2022).
   *
   * @param image the image's number
   * @param random the generator
   * @return the number of a condition, such as a class or a caption
   */
  int condition(int image, Random random);

  /**
   * Predicts noise; gradients flow.
   *
   * @param x noisy samples, [n, C, H, W], whose manager owns the result
   * @param times the model's times, [n] FLOAT32
   * @param conditions of the samples, as {@link #condition} drew them
   * @return [n, C, H, W]
   */
  NDArray predict(NDArray x, NDArray times, int[] conditions);

  /** {@return what the model is, for checkpoints to know their own} */
  String description();

  /** Frees the model and its weights. */
  @Override
  void close();
}
