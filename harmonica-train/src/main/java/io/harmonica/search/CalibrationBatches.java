package io.harmonica.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.SamplingSetup;
import java.util.Random;

/**
 * Draws batches on which plans are measured, each from the seed and its own number alone.
 *
 * @param setup the run that plans are for
 * @param size samples in a batch of the usual size
 * @param seed the seed
 */
record CalibrationBatches(SamplingSetup setup, int size, long seed)
    implements PlanRefinement.Batches {

  @Override
  public PlanErrors open(NDManager owner, int number, int times) {
    int samples = times * size;
    Random random = RandomStream.CALIBRATION.random(seed, number);
    NDArray noise = Noise.normal(owner, random, setup.batch(samples));
    // Both live under the owner and are freed with it.
    GuidedDenoiser guided =
        new GuidedDenoiser(
            owner,
            setup.denoiser(),
            setup.conditioning().draw(owner, random, samples),
            setup.guidance());
    return new PlanErrors(owner, guided, setup.sampler(seed), noise);
  }
}
