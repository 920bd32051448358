package io.harmonica.eval;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.Matrices;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.TimedBatch;
import io.harmonica.plan.CachePlan;
import java.util.ArrayList;
import java.util.List;

/**
 * A timed batch and where it was after each step. The steps stay on the device until the clock has
 * stopped.
 *
 * @param samples x_0, one row for each sample
 * @param steps the batch after each step, [T][n x C x H x W]
 * @param seconds wall-clock time
 * @param peakCacheBytes the most that the cache held
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier, read at once
record TrackedBatch(float[][] samples, float[][] steps, double seconds, long peakCacheBytes) {

  /**
   * Samples a batch.
   *
   * @param manager everything made under it is freed
   * @param model the model bound to the batch's conditioning
   * @param sampler the sampler
   * @param plan the plan
   * @param noise x_T, one row for each sample
   * @param shape shape of a sample
   */
  static TrackedBatch run(
      NDManager manager,
      GuidedDenoiser model,
      Sampler sampler,
      CachePlan plan,
      float[][] noise,
      Shape shape) {
    try (NDManager scope = manager.newSubManager()) {
      NDArray start = scope.create(Matrices.flat(noise), new Shape(noise.length).addAll(shape));
      List<NDArray> kept = new ArrayList<>();
      TimedBatch batch =
          TimedBatch.run(
              scope,
              model,
              sampler,
              plan,
              start,
              (step, x, bytes) -> {
                NDArray copy = x.duplicate();
                copy.attach(scope);
                kept.add(copy);
              });
      return new TrackedBatch(
          Matrices.rows(batch.samples(), noise[0].length),
          kept.stream().map(NDArray::toFloatArray).toArray(float[][]::new),
          batch.seconds(),
          batch.peakCacheBytes());
    }
  }
}
