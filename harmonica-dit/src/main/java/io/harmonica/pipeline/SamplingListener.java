package io.harmonica.pipeline;

import ai.djl.ndarray.NDArray;

/** Watches a pipeline while it samples. */
@FunctionalInterface
public interface SamplingListener {
  /** Listens to nothing. */
  SamplingListener NONE = (finished, seconds) -> {};

  /**
   * Called when a batch of samples is done.
   *
   * @param finished samples so far
   * @param seconds that sampling has taken so far
   */
  void afterBatch(int finished, double seconds);

  /**
   * Called after each step of a batch, while the clock runs.
   *
   * @param step the step that was taken, in execution order
   * @param x the samples after it, [n, C, H, W]; valid during the call
   * @param cacheBytes size of the cache after the step
   */
  default void afterStep(int step, NDArray x, long cacheBytes) {}
}
