package io.harmonica.cache;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.plan.CachePlan;
import java.util.function.Supplier;

/**
 * Runs a {@link CachePlan} over one trajectory. Since the plan is known beforehand, an output is
 * stored only if the next step reuses it, and freed with the step that reuses it last. At inference
 * the cache always takes the fresh output.
 */
public final class PlannedCache implements AutoCloseable {
  private final CachePlan plan;
  private final NDManager manager;
  private final FeatureCache cache;
  private final FeatureSlots slots;

  /**
   * Creates the run state of one trajectory.
   *
   * @param parent the manager under which the cached outputs live
   * @param plan the plan to follow
   */
  public PlannedCache(NDManager parent, CachePlan plan) {
    this.plan = plan;
    this.manager = parent.newSubManager();
    this.cache = new FeatureCache(manager, plan.branches());
    this.slots = new FeatureSlots(manager, plan.branches(), plan.peakStored());
  }

  /**
   * Returns the hook that follows the plan at one step. Steps must run in order.
   *
   * @param step the step, in execution order
   * @param stepManager owns what this step reuses for the last time
   * @return the hook for one forward pass
   */
  public CacheHook step(int step, NDManager stepManager) {
    slots.nextStep();
    return (branch, compute) -> apply(step, branch, compute, stepManager);
  }

  private NDArray apply(int step, int branch, Supplier<NDArray> compute, NDManager stepManager) {
    if (plan.computes(step, branch)) {
      NDArray fresh = compute.get();
      if (plan.stores(step, branch)) {
        cache.put(branch, slots.place(branch, fresh));
      }
      return fresh;
    }
    if (!plan.releases(step, branch)) {
      return cache.get(branch);
    }
    slots.release(branch);
    return cache.release(branch, stepManager);
  }

  /**
   * Returns the store, for its byte counts.
   *
   * @return the store; this object keeps owning it
   */
  public FeatureCache cache() {
    return cache;
  }

  /** Frees the store. */
  @Override
  public void close() {
    cache.close();
    manager.close();
  }
}
