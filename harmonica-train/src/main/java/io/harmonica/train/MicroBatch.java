package io.harmonica.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.SampleBatch;
import io.harmonica.diffusion.Sampler;
import io.harmonica.work.ModelBench;
import java.io.Serializable;
import java.util.Random;

/**
 * A part of a trajectory's batch, which is drawn from the seed and the part's number alone.
 *
 * @param seed of the training
 * @param number which part, counted over all trajectories
 * @param samples how many
 */
record MicroBatch(long seed, long number, int samples) implements Serializable {

  /**
   * What is done with it.
   *
   * @param <R> what comes of it
   */
  @FunctionalInterface
  interface Task<R> {
    R run(NDManager scope, GuidedDenoiser model, Sampler sampler, NDArray noise);
  }

  /** Draws noise and conditioning, and frees them after the task. */
  <R> R on(ModelBench bench, Task<R> task) {
    Random random = RandomStream.TRAINING.random(seed, number);
    try (NDManager scope = bench.manager().newSubManager()) {
      SampleBatch batch = SampleBatch.draw(bench.setup(), scope, random, samples);
      return task.run(scope, batch.model(), batch.sampler(), batch.noise());
    }
  }
}
