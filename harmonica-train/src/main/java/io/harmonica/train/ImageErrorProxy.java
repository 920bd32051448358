package io.harmonica.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * Definitions of the image error proxy (HarmoniCa's IEPO): how much caching at step t changes the
 * final image x_0. Both compare runs of which neighbours share every step before t, so that {@link
 * ProxyRollout} measures either one with about T^2 / 2 forwards: one routed run, and for each step
 * t a fork that computes everything at t and goes on in the definition's own way.
 */
public enum ImageErrorProxy {
  /**
   * The paper's: the routed run against the same run with step t computed in full.
   *
   * <p>lambda(t) = mean (x_0 - x_0^(t))^2
   */
  LEAVE_ONE_OUT {
    @Override
    boolean routedAfterFork() {
      return true;
    }

    @Override
    NDArray reference(NDList forks, NDArray routed, int step) {
      return routed;
    }
  },
  /**
   * The public code's: starting from full computation, caching is switched on step by step, each
   * staying on; lambda(t) is the change that step t brings.
   */
  CUMULATIVE {
    @Override
    boolean routedAfterFork() {
      return false;
    }

    @Override
    NDArray reference(NDList forks, NDArray routed, int step) {
      // The fork at step t has caching on before t, so the next fork has it on up to t.
      return step < forks.size() ? forks.get(step) : routed;
    }
  };

  /**
   * Whether a fork goes back to the routed student after its step, or stays with full computation.
   */
  abstract boolean routedAfterFork();

  /** What the fork at a step is compared with; fork t is at index t - 1. */
  abstract NDArray reference(NDList forks, NDArray routed, int step);
}
