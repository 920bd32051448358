package io.harmonica.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.harmonica.cache.CacheHook;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ComputeCost;

/**
 * A frozen network that predicts the noise in a sample and asks a {@link CacheHook} for the output
 * of each of its branches.
 */
public interface Denoiser {

  /**
   * Numbers the branches.
   *
   * @return the layout
   */
  BranchLayout layout();

  /**
   * Returns what a forward pass costs.
   *
   * @return MACs per sample, branch by branch
   */
  ComputeCost cost();

  /**
   * Returns how large a branch's output is, from which follows what a cache needs.
   *
   * @return values of one branch's output for one sample, tokens x hidden; 0 if unknown
   */
  default long featureSize() {
    return 0;
  }

  /**
   * Predicts the noise.
   *
   * @param x noisy samples, [n, C, H, W]; the result belongs to their manager
   * @param timestep the model's time, 0 to 999
   * @param conditioning what the model is conditioned on, as the model documents, first dimension n
   * @param hook called once for every branch
   * @return [n, C, H, W], or [n, 2C, H, W] for a model that also learned its variance
   */
  NDArray predict(NDArray x, double timestep, NDList conditioning, CacheHook hook);
}
