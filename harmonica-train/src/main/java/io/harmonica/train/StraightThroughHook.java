package io.harmonica.train;

import ai.djl.ndarray.NDArray;
import io.harmonica.cache.CacheHook;
import java.util.function.Supplier;

/**
 * A student that runs the very plan that inference will follow: fresh where the score is above the
 * threshold, cached elsewhere. Gradients flow to the scores as if the output had been blended
 * (straight-through estimation; Bengio et al., 2013). The cache takes the fresh outputs, as at
 * inference.
 */
public final class StraightThroughHook implements CacheHook {
  private final StudentCache cache;
  private final NDArray surplus;
  private final boolean[] computes;

  /**
   * Creates the hook of one step.
   *
   * @param cache holds an output of every branch
   * @param scores r of this step, [branches]; gradients flow to it
   * @param computes the branches whose score is above the threshold
   */
  public StraightThroughHook(StudentCache cache, NDArray scores, boolean[] computes) {
    this.cache = cache;
    // Zero in value, one in gradient.
    this.surplus = scores.sub(scores.stopGradient());
    this.computes = computes.clone();
  }

  @Override
  public NDArray apply(int branch, Supplier<NDArray> compute) {
    NDArray cached = cache.cached(branch);
    try (NDArray fresh = compute.get();
        NDArray detached = fresh.stopGradient();
        // The score's surplus is zero, so nothing flows back through the change: cutting it off
        // here
        // spares the backward pass all branches that are reused.
        NDArray change = detached.sub(cached);
        NDArray score = surplus.get(branch);
        NDArray part = change.mul(score)) {
      NDArray output = part.add(computes[branch] ? fresh : cached);
      if (computes[branch]) {
        cache.put(branch, fresh.stopGradient());
      }
      return output;
    }
  }
}
