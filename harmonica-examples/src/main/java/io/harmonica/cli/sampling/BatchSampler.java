package io.harmonica.cli.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.Matrices;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Sampler;
import io.harmonica.eval.TimedBatch;
import io.harmonica.plan.CachePlan;

/**
 * Samples a batch for requests and noise, and takes the time.
 *
 * @param model the model
 * @param sampler the sampler with its T
 * @param guidance the guidance
 */
public record BatchSampler(RunnableModel model, Sampler sampler, Guidance guidance) {

  /**
   * The samples of a batch.
   *
   * @param values one row for each sample, [C x H x W] values
   * @param seconds wall-clock time from noise to samples on the host
   * @param peakCacheBytes the most that the cache ever held
   */
  @SuppressWarnings("ArrayRecordComponent") // a bare carrier, read at once
  public record Samples(float[][] values, double seconds, long peakCacheBytes) {}

  /**
   * Exchanges the sampler, say for one with the noise of another batch.
   *
   * @param other the sampler
   * @return the same with that sampler
   */
  public BatchSampler with(Sampler other) {
    return new BatchSampler(model, other, guidance);
  }

  /**
   * Samples a batch under a plan.
   *
   * @param manager its device computes; everything made under it is freed
   * @param plan which branches to compute at each step
   * @param requests what is asked for, n
   * @param noise x_T, one row for each sample
   * @return the samples
   */
  public Samples sample(
      NDManager manager, CachePlan plan, ImageRequests requests, float[][] noise) {
    try (NDManager scope = manager.newSubManager();
        GuidedDenoiser guided =
            new GuidedDenoiser(scope, model.denoiser(), requests.conditioning(scope), guidance)) {
      NDArray start =
          scope.create(Matrices.flat(noise), new Shape(noise.length).addAll(model.sampleShape()));
      TimedBatch batch =
          TimedBatch.run(scope, guided, sampler, plan, start, DenoisingLoop.Listener.NONE);
      return new Samples(
          Matrices.rows(batch.samples(), noise[0].length), batch.seconds(), batch.peakCacheBytes());
    }
  }
}
