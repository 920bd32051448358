package io.harmonica.eval;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.SamplingSetup;

/**
 * What a benchmark samples.
 *
 * @param setup the model with sampler, steps and guidance
 * @param requests which labels or prompts
 */
public record BenchmarkSubject(SamplingSetup setup, RequestSource requests) {

  /** Supplies the conditioning of certain samples. */
  @FunctionalInterface
  public interface RequestSource {

    /**
     * Makes the conditioning of a batch.
     *
     * @param owner owns the arrays
     * @param first number of the first sample
     * @param last number after the last one
     * @return both halves, for last - first samples
     */
    Conditioning conditioning(NDManager owner, int first, int last);
  }
}
