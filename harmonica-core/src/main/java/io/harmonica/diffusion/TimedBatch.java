package io.harmonica.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.plan.CachePlan;

/**
 * One batch from noise to samples on the host, with the clock running.
 *
 * @param samples x_0, [n x C x H x W] values
 * @param seconds wall-clock time
 * @param peakCacheBytes the most that the cache held after a step
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier, read at once
public record TimedBatch(float[] samples, double seconds, long peakCacheBytes) {

  /**
   * Samples a batch under a plan.
   *
   * @param manager everything made under it is freed
   * @param model the model bound to the batch's conditioning
   * @param sampler the sampler
   * @param plan which branches to compute at each step
   * @param noise x_T, [n, C, H, W]
   * @param listener called after each step, while the clock is running
   * @return the samples and the time
   * @throws IllegalArgumentException if the plan was made for other steps or branches
   */
  public static TimedBatch run(
      NDManager manager,
      GuidedDenoiser model,
      Sampler sampler,
      CachePlan plan,
      NDArray noise,
      DenoisingLoop.Listener listener) {
    long[] peak = new long[1];
    DenoisingLoop.Listener watching =
        (step, x, bytes) -> {
          peak[0] = Math.max(peak[0], bytes);
          listener.afterStep(step, x, bytes);
        };
    long began = System.nanoTime();
    try (NDArray result = DenoisingLoop.sample(manager, model, sampler, plan, noise, watching)) {
      float[] samples = result.toFloatArray();
      return new TimedBatch(samples, (System.nanoTime() - began) / 1e9, peak[0]);
    }
  }
}
