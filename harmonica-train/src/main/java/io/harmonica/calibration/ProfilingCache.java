package io.harmonica.calibration;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.CacheHook;
import io.harmonica.cache.FeatureCache;
import java.util.function.Supplier;

/**
 * Runs a trajectory that computes everything, and measures how far each branch's output lies from
 * those of the steps before: the error that reusing them would make. Distances are relative L1, sum
 * |old - new| / sum |new|, over the whole batch; where the new output is zero, 0 if the old one is
 * too and else 1. Holds the outputs of as many steps as it looks back.
 */
public final class ProfilingCache implements AutoCloseable {
  private final FeatureCache[] past;
  private final float[][][] changes;

  /**
   * Creates the run state of one trajectory.
   *
   * @param parent the manager under which the outputs live
   * @param steps number of steps T
   * @param branches number of branches
   * @param maxGap how many steps to look back, at least 1
   */
  public ProfilingCache(NDManager parent, int steps, int branches, int maxGap) {
    this.past = new FeatureCache[maxGap];
    for (int slot = 0; slot < maxGap; slot++) {
      past[slot] = new FeatureCache(parent, branches);
    }
    this.changes = new float[branches][steps][maxGap];
  }

  /**
   * Returns the hook that measures one step. Steps must run in order.
   *
   * @param step the step, in execution order
   * @return the hook for one forward pass
   */
  public CacheHook step(int step) {
    return (branch, compute) -> apply(step, branch, compute);
  }

  private NDArray apply(int step, int branch, Supplier<NDArray> compute) {
    NDArray fresh = compute.get();
    double size = sumOfMagnitudes(fresh);
    for (int gap = 1; gap <= Math.min(step, past.length); gap++) {
      try (NDArray change = fresh.sub(past[(step - gap) % past.length].get(branch))) {
        double sum = sumOfMagnitudes(change);
        changes[branch][step][gap - 1] = size > 0 ? (float) (sum / size) : Math.signum((float) sum);
      }
    }
    // The slot holds the oldest output, which no later step looks back to.
    past[step % past.length].put(branch, fresh);
    return fresh;
  }

  private static double sumOfMagnitudes(NDArray array) {
    try (NDArray magnitudes = array.abs();
        NDArray sum = magnitudes.sum()) {
      return sum.getFloat();
    }
  }

  /**
   * {@return what was measured so far: relative L1 errors, [branches][T][gaps], at index g - 1
   * against the output of g steps before; 0 where there is no such step}
   */
  public float[][][] changes() {
    float[][][] copy = new float[changes.length][changes[0].length][];
    for (int branch = 0; branch < changes.length; branch++) {
      for (int step = 0; step < changes[branch].length; step++) {
        copy[branch][step] = changes[branch][step].clone();
      }
    }
    return copy;
  }

  /** Frees the outputs. */
  @Override
  public void close() {
    for (FeatureCache slot : past) {
      slot.close();
    }
  }
}
