package io.harmonica.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.SampleBatch;
import io.harmonica.plan.CachePlan;
import io.harmonica.work.ModelBench;
import io.harmonica.work.Piece;
import java.io.Serializable;
import java.util.Random;

/**
 * Finds the gradient of the image error by the weights of a plan's forecasts, on a part of an
 * update's samples, which is drawn from the seed and the part's number alone.
 *
 * @param seed of noise and conditioning
 * @param number which part, counted over all batches; step-wise training draws the same numbers for
 *     its trajectories, each for itself
 * @param samples how many
 * @param plan the plan, with the weights of now
 * @param halves 2 for a gradient by the weights of both halves of a guided batch, else 1
 * @param full x_0 of the run that computes everything, as it was found the last time; empty the
 *     first time
 */
@SuppressWarnings("ArrayRecordComponent") // made anew for each update, never compared
record WeightPiece(long seed, long number, int samples, CachePlan plan, int halves, float[] full)
    implements Piece<ModelBench, WeightPiece.Found> {

  /**
   * What was found.
   *
   * @param gradient see {@link ImageGradient.Result#weights}
   * @param full x_0 of the run that computes everything
   */
  @SuppressWarnings("ArrayRecordComponent") // a bare carrier, read at once
  record Found(float[][] gradient, float[] full) implements Serializable {}

  @Override
  public Found run(ModelBench bench) {
    Random random = RandomStream.TRAINING.random(seed, number);
    try (NDManager scope = bench.manager().newSubManager()) {
      SampleBatch batch = SampleBatch.draw(bench.setup(), scope, random, samples);
      NDArray image =
          full.length == 0
              ? ImageGradient.full(scope, batch.model(), batch.sampler(), batch.noise())
              : scope.create(full, batch.noise().getShape());
      float[][] gradient =
          ImageGradient.of(
                  scope, batch.model(), batch.sampler(), batch.noise(), image, plan, halves)
              .weights();
      return new Found(gradient, full.length == 0 ? image.toFloatArray() : full);
    }
  }
}
