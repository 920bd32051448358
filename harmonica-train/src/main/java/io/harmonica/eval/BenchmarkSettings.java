package io.harmonica.eval;

import java.io.Serializable;

/**
 * How a comparison is run.
 *
 * @param steps T of the run without a cache, which everything is measured against
 * @param samples how many samples each candidate makes
 * @param batch samples at once
 * @param seed the seed of all noise and of the intervals
 * @serial exclude
 */
@SuppressWarnings("InvalidBlockTag") // a serialised form is no promise, wherever it is said
public record BenchmarkSettings(int steps, int samples, int batch, long seed)
    implements Serializable {

  /**
   * Checks the numbers.
   *
   * @param steps see the record
   * @param samples see the record
   * @param batch see the record
   * @param seed see the record
   * @throws IllegalArgumentException if one is less than it must be
   */
  public BenchmarkSettings {
    if (steps < 1) {
      throw new IllegalArgumentException("steps is " + steps + ", expected at least 1");
    }
    if (samples < 2) {
      throw new IllegalArgumentException(
          "samples is " + samples + ", expected at least 2, since one has no spread");
    }
    if (batch < 1) {
      throw new IllegalArgumentException("batch is " + batch + ", expected at least 1");
    }
  }

  /** {@return number of batches} */
  public int batches() {
    return (samples + batch - 1) / batch;
  }

  /**
   * Finds where a batch ends.
   *
   * @param number which batch, from 0
   * @return the number behind its last sample's
   */
  public int last(int number) {
    return Math.min(samples, (number + 1) * batch);
  }
}
