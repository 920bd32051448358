package io.harmonica.diffusion;

/** Makes a sampler of one kind for a number of steps. */
@FunctionalInterface
public interface SamplerFactory {

  /**
   * Makes a sampler.
   *
   * @param steps number of steps T
   * @param seed of the noise that stochastic samplers add; batches of one run need seeds of their
   *     own
   * @return the sampler
   * @throws IllegalArgumentException if T is out of range
   */
  Sampler make(int steps, long seed);
}
