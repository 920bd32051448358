package io.harmonica.diffusion;

import ai.djl.ndarray.NDManager;
import java.util.Random;

/** Where the labels or prompts of a training, a search or a benchmark come from. */
@FunctionalInterface
public interface ConditioningSource {

  /**
   * Draws what a batch of samples is conditioned on.
   *
   * @param manager owns the arrays
   * @param random the only source of chance, so that the same generator gives the same batch
   * @param count number of samples
   * @return both halves of the conditioning, for as many samples
   */
  Conditioning draw(NDManager manager, Random random, int count);
}
