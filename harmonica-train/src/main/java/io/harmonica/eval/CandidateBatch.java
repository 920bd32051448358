package io.harmonica.eval;

import java.io.Serializable;

/**
 * What one batch of a comparison measured of one candidate; it travels where batches are spread.
 *
 * @param sampleErrors mean squared difference of each sample's x_0 from the run without a cache
 * @param stepErrors the same after each step, over the batch; empty for a candidate with another
 *     number of steps
 * @param seconds wall-clock time
 * @param peakCacheBytes the most that the cache held
 * @serial exclude
 */
@SuppressWarnings({"ArrayRecordComponent", "InvalidBlockTag"}) // a bare carrier, read at once
public record CandidateBatch(
    double[] sampleErrors, double[] stepErrors, double seconds, long peakCacheBytes)
    implements Serializable {

  /**
   * Compares a batch with that of the run without a cache; both have their samples as rows.
   *
   * @throws IllegalArgumentException if a sample is not finite
   */
  static CandidateBatch of(String name, int first, TrackedBatch batch, TrackedBatch reference) {
    double[] samples = new double[batch.samples().length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = ImageError.mse(batch.samples()[i], reference.samples()[i]);
      if (!Double.isFinite(samples[i])) {
        throw new IllegalArgumentException(
            "sample %d of %s or without a cache is not finite: check model and precision"
                .formatted(first + i, name));
      }
    }
    boolean comparable = batch.steps().length == reference.steps().length;
    double[] steps = new double[comparable ? batch.steps().length : 0];
    for (int step = 0; step < steps.length; step++) {
      steps[step] = ImageError.mse(batch.steps()[step], reference.steps()[step]);
    }
    return new CandidateBatch(samples, steps, batch.seconds(), batch.peakCacheBytes());
  }
}
