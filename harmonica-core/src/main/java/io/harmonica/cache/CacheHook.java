package io.harmonica.cache;

import ai.djl.ndarray.NDArray;
import java.util.function.Supplier;

/**
 * The one seam between a model and caching. A model calls it once for every branch of a forward
 * pass, in ascending order of the flat index, and uses what it returns as the branch's output
 * (before the adaLN gate, which is always current). The model knows nothing of routers or plans.
 */
@FunctionalInterface
public interface CacheHook {

  /** Computes every branch and caches nothing. */
  CacheHook COMPUTE = (branch, compute) -> compute.get();

  /**
   * Supplies the output of a branch.
   *
   * @param branch the flat branch index
   * @param compute computes the branch afresh, [n, tokens, hidden]; call it at most once
   * @return the output to use; it stays valid until the forward pass ends, and the caller does not
   *     close it
   */
  NDArray apply(int branch, Supplier<NDArray> compute);
}
