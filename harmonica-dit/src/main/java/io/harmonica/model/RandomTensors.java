package io.harmonica.model;

import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.Noise;
import java.util.Random;

/** Values for models that are only to be measured: no branch is silent, and nothing grows. */
public final class RandomTensors {
  private RandomTensors() {}

  /**
   * Draws a weight or bias, uniformly with variance 1 / inputs, so that what goes through a layer
   * keeps its size.
   *
   * @param shape outputs first; a bias has one dimension
   * @param seed the model's seed
   * @param number the tensor's number in the model; equal numbers of a seed give equal values
   * @return the values
   */
  public static float[] uniform(Shape shape, long seed, long number) {
    Random random = Noise.random(seed, number);
    float[] values = new float[Math.toIntExact(shape.size())];
    long inputs = shape.dimension() == 1 ? shape.get(0) : shape.size() / shape.get(0);
    float bound = (float) Math.sqrt(3.0 / inputs);
    for (int i = 0; i < values.length; i++) {
      values[i] = (2 * random.nextFloat() - 1) * bound;
    }
    return values;
  }
}
