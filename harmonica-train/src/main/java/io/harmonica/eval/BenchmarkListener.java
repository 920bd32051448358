package io.harmonica.eval;

/**
 * Watches a comparison and sees all samples, which the benchmark itself does not keep. Nothing that
 * it does is timed.
 */
public interface BenchmarkListener {
  /** Listens to nothing. */
  BenchmarkListener NONE = (candidate, first, samples, reference) -> {};

  /**
   * Called with every batch of every candidate, the reference first of each batch.
   *
   * @param candidate its number; 0 is the reference
   * @param first number of the batch's first sample
   * @param samples its samples, one row each
   * @param reference the samples from the same noise without a cache
   */
  void afterSamples(int candidate, int first, float[][] samples, float[][] reference);

  /**
   * Called when all candidates have made a batch.
   *
   * @param samples how many each has made so far
   */
  default void afterBatch(int samples) {}
}
