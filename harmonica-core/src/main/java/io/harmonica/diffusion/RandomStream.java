package io.harmonica.diffusion;

import java.util.Random;

/**
 * What random numbers are drawn for. Every purpose has streams of its own under a run's seed, so
 * that purposes do not draw each other's numbers, and a resumed run draws what an uninterrupted one
 * would.
 */
public enum RandomStream {
  /** x_T of a sample, by the sample's number. */
  SAMPLE(0, 1),
  /** The first logits of a router. */
  FIRST_LOGITS(1L << 50, 1),
  /** Noise and conditioning of a batch on which plans are measured, by the batch's number. */
  CALIBRATION(-2, -1),
  /**
   * Noise and conditioning of a trajectory of step-wise training, by the trajectory's number; and
   * of a part of a batch that forecasts' weights are learned on, by the part's number.
   */
  TRAINING(1L << 48, 1),
  /** The noise that a stochastic sampler adds, by the step. */
  ADDED_NOISE(-(1L << 48), -1),
  /** The seed of a batch of samples, by the number of its first sample. */
  BATCH(1L << 49, 1),
  /** Which classes or prompts are drawn, by the number of the draw. */
  REQUESTS(-(1L << 49), -1);

  private final long first;
  private final long direction;

  RandomStream(long first, long direction) {
    this.first = first;
    this.direction = direction;
  }

  /**
   * Opens a stream.
   *
   * @param seed the run's seed
   * @param number which one, from 0
   * @return the generator
   */
  public Random random(long seed, long number) {
    return Noise.random(seed, first + direction * number);
  }

  /**
   * Gives every batch of a run a seed of its own, for samplers that add noise.
   *
   * @param seed the run's seed, which the first batch keeps
   * @param first the number of the batch's first sample
   * @return the batch's seed
   */
  public static long batchSeed(long seed, int first) {
    return first == 0 ? seed : BATCH.random(seed, first).nextLong();
  }
}
