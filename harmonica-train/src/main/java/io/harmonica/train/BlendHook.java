package io.harmonica.train;

import ai.djl.ndarray.NDArray;
import io.harmonica.cache.CacheHook;
import java.util.function.Supplier;

/**
 * The student of step-wise denoising training as published: every branch is computed, and its
 * output is r fresh + (1 - r) cached, so that the scores receive gradients. Where the score is
 * above the threshold, the cache takes the blended output.
 */
public final class BlendHook implements CacheHook {
  private final StudentCache cache;
  private final NDArray scores;
  private final boolean[] computes;

  /**
   * Creates the hook of one step.
   *
   * @param cache holds an output of every branch
   * @param scores r of this step, [branches]; gradients flow to it
   * @param computes the branches whose score is above the threshold
   */
  public BlendHook(StudentCache cache, NDArray scores, boolean[] computes) {
    this.cache = cache;
    this.scores = scores;
    this.computes = computes.clone();
  }

  @Override
  public NDArray apply(int branch, Supplier<NDArray> compute) {
    NDArray cached = cache.cached(branch);
    try (NDArray fresh = compute.get();
        NDArray change = fresh.sub(cached);
        NDArray score = scores.get(branch);
        NDArray part = change.mul(score)) {
      NDArray blended = part.add(cached);
      if (computes[branch]) {
        cache.put(branch, blended.stopGradient());
      }
      return blended;
    }
  }
}
