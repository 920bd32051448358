package io.harmonica.train;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.Conditioning;
import java.util.Random;

/** Draws what the samples of a training trajectory are conditioned on. No images are needed. */
@FunctionalInterface
public interface TrainingBatches {

  /**
   * Draws a batch.
   *
   * @param manager owns the arrays
   * @param random the generator; the batch depends on nothing else
   * @param count samples in the batch
   * @return the conditioning
   */
  Conditioning draw(NDManager manager, Random random, int count);
}
