package io.harmonica.cache;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/** Computes every branch and stores every output: how a trajectory's first step fills the cache. */
public final class FillHook implements CacheHook {
  private final FeatureCache cache;

  /**
   * Creates the hook of one step.
   *
   * @param cache receives every output
   */
  public FillHook(FeatureCache cache) {
    this.cache = cache;
  }

  @Override
  public NDArray apply(int branch, Supplier<NDArray> compute) {
    NDArray fresh = compute.get();
    cache.put(branch, fresh);
    return fresh;
  }
}
