package io.harmonica.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Random;

/**
 * A batch to train or measure on: where it starts, the model bound to what it is asked for, and the
 * sampler. Trainers, searches and calibrations draw theirs here. Everything lives under the owner
 * and is freed with it.
 *
 * @param noise x_T, [n, C, H, W]
 * @param model the guided model
 * @param sampler the sampler; a stochastic one adds noise of this batch's own
 */
public record SampleBatch(NDArray noise, GuidedDenoiser model, Sampler sampler) {

  /**
   * Draws a batch. The seed of the noise that a stochastic sampler adds is drawn too. Were it the
   * run's seed, all batches would walk along the same few paths of noise, and a plan or weights
   * that suit those would be taken for good ones.
   *
   * @param setup the run
   * @param owner owns the batch
   * @param random draws, in this order: noise, conditioning, the sampler's seed
   * @param samples n
   * @return the batch
   */
  public static SampleBatch draw(SamplingSetup setup, NDManager owner, Random random, int samples) {
    NDArray noise = Noise.normal(owner, random, setup.batch(samples));
    GuidedDenoiser model =
        new GuidedDenoiser(
            owner,
            setup.denoiser(),
            setup.conditioning().draw(owner, random, samples),
            setup.guidance());
    return new SampleBatch(noise, model, setup.sampler(random.nextLong()));
  }
}
