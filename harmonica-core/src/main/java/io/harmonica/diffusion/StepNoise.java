package io.harmonica.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/**
 * Where a stochastic sampler gets the noise of its steps. It has no state: a step's noise is the
 * same whenever it is asked for, so that a forked or resumed trajectory goes on as the whole one.
 */
@FunctionalInterface
public interface StepNoise {

  /**
   * Supplies the noise of one step.
   *
   * @param owner owns the result
   * @param step the step, in execution order
   * @param shape the sample's shape, [n, C, H, W]
   * @return standard normal values of that shape
   */
  NDArray draw(NDManager owner, int step, Shape shape);

  /**
   * Draws from {@link RandomStream#ADDED_NOISE}. Sample i gets the same noise however many samples
   * are in its batch. Batches of one run need seeds of their own.
   *
   * @param seed the batch's seed
   * @return the source
   */
  static StepNoise seeded(long seed) {
    return (owner, step, shape) ->
        Noise.normal(owner, RandomStream.ADDED_NOISE.random(seed, step), shape);
  }

  /**
   * Plays back recorded noises.
   *
   * @param noises [T, m, C, H, W] with m at least n, of which the first n are used; the caller
   *     closes it after the last trajectory
   * @return the source
   */
  static StepNoise given(NDArray noises) {
    return (owner, step, shape) -> {
      NDArray noise = noises.get(new NDIndex("{}, :{}", step, shape.get(0)));
      noise.attach(owner);
      return noise;
    };
  }
}
