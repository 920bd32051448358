package io.harmonica.eval;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.Denoiser;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.Sampler;

/**
 * What the contenders of a comparison run on: one model, one way to sample, one set of requests.
 *
 * @param denoiser the model
 * @param sampleShape shape of a sample, [C, H, W]
 * @param guidance the guidance
 * @param samplers gives the sampler for any number of steps
 * @param requests gives what the samples are asked to show
 */
public record BenchmarkSubject(
    Denoiser denoiser,
    Shape sampleShape,
    Guidance guidance,
    SamplerSource samplers,
    RequestSource requests) {

  /** Makes one kind of sampler. */
  @FunctionalInterface
  public interface SamplerSource {
    /**
     * Makes a sampler.
     *
     * @param steps T
     * @param seed the seed of the noise that a stochastic sampler adds
     * @return the sampler
     * @throws IllegalArgumentException if T is out of range
     */
    Sampler sampler(int steps, long seed);
  }

  /** Knows what each sample is asked to show. */
  @FunctionalInterface
  public interface RequestSource {
    /**
     * Makes the conditioning of some samples.
     *
     * @param owner owns the arrays
     * @param first number of the first sample
     * @param last number of the one behind the last
     * @return the conditioning, last - first rows
     */
    Conditioning conditioning(NDManager owner, int first, int last);
  }
}
