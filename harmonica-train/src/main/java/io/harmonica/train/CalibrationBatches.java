package io.harmonica.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.Denoiser;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.Sampler;
import java.util.Random;

/**
 * Draws batches on which plans are measured, each from the seed and its own number alone.
 *
 * @param model the model
 * @param sampler the sampler of inference
 * @param guidance the guidance of inference
 * @param sample shape of one sample, [C, H, W]
 * @param conditions draws the conditioning
 * @param size samples in a batch of the usual size
 * @param seed the seed
 */
record CalibrationBatches(
    Denoiser model,
    Sampler sampler,
    Guidance guidance,
    Shape sample,
    TrainingBatches conditions,
    int size,
    long seed)
    implements PlanRefinement.Batches {
  /** Below the streams of {@link RouterTrainer}, so that no batch is one of training's. */
  private static final long FIRST_STREAM = -2;

  @Override
  public PlanErrors open(NDManager owner, int number, int times) {
    int samples = times * size;
    Random random = Noise.random(seed, FIRST_STREAM - number);
    NDArray noise = Noise.normal(owner, random, new Shape(samples).addAll(sample));
    // Both live under the owner and are freed with it.
    GuidedDenoiser guided =
        new GuidedDenoiser(owner, model, conditions.draw(owner, random, samples), guidance);
    return new PlanErrors(owner, guided, sampler, noise);
  }
}
