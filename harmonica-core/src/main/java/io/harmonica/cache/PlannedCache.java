package io.harmonica.cache;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.FeatureLifetimes;
import java.util.function.Supplier;

/**
 * Runs a {@link CachePlan} over one trajectory. Since the plan is known beforehand, an output is
 * kept only if a later step takes it, and freed with the step that takes it last. At inference the
 * cache always takes the fresh output. Not thread-safe.
 *
 * <p>Outputs of a branch that only repeats are kept where the model made them, or in {@link
 * FeatureSlots}. Those of a branch whose forecasts weigh several are copied side by side.
 */
public final class PlannedCache implements AutoCloseable {
  private final CachePlan plan;
  private final FeatureLifetimes lifetimes;
  private final NDManager manager;
  private final FeatureCache repeated;
  private final FeatureSlots slots;
  private final FeatureRing[] rings;
  private long ringBytes;
  private long endingBytes;
  private long peakBytes;

  /**
   * Creates the run state of one trajectory.
   *
   * @param parent the manager under which the cached outputs live
   * @param plan the plan to follow
   */
  public PlannedCache(NDManager parent, CachePlan plan) {
    this.plan = plan;
    this.lifetimes = plan.lifetimes();
    this.manager = parent.newSubManager();
    this.repeated = new FeatureCache(manager, plan.branches());
    this.slots = new FeatureSlots(manager, plan.branches(), lifetimes.peakRepeated());
    this.rings = new FeatureRing[plan.branches()];
    for (int branch = 0; branch < rings.length; branch++) {
      if (lifetimes.capacity(branch) > 0) {
        rings[branch] = new FeatureRing(manager, branch, lifetimes.capacity(branch));
      }
    }
  }

  /**
   * Returns the hook that follows the plan at one step. Steps must run in order.
   *
   * @param step the step, in execution order
   * @param stepManager owns what this step makes, and what it takes for the last time
   * @return the hook for one forward pass
   */
  public CacheHook step(int step, NDManager stepManager) {
    slots.nextStep();
    endingBytes = 0;
    return (branch, compute) ->
        plan.computes(step, branch)
            ? computed(step, branch, compute)
            : forecast(step, branch, stepManager);
  }

  private NDArray computed(int step, int branch, Supplier<NDArray> compute) {
    NDArray fresh = compute.get();
    if (lifetimes.keeps(step, branch)) {
      FeatureRing ring = rings[branch];
      if (ring == null) {
        repeated.put(branch, slots.place(branch, fresh));
      } else {
        ringBytes -= ring.bytes();
        ring.put(fresh);
        ringBytes += ring.bytes();
      }
      // What this step takes for the last time is in memory until the step ends.
      peakBytes = Math.max(peakBytes, bytes() + endingBytes);
    }
    return fresh;
  }

  private NDArray forecast(int step, int branch, NDManager stepManager) {
    long before = bytes();
    NDArray made =
        rings[branch] == null
            ? repeat(step, branch, stepManager)
            : blend(step, branch, stepManager);
    endingBytes += before - bytes();
    return made;
  }

  private NDArray repeat(int step, int branch, NDManager stepManager) {
    if (!lifetimes.ends(step, branch)) {
      return repeated.get(branch);
    }
    slots.release(branch);
    return repeated.release(branch, stepManager);
  }

  private NDArray blend(int step, int branch, NDManager stepManager) {
    FeatureRing ring = rings[branch];
    NDArray made = ring.forecast(plan.forecast(step, branch), stepManager);
    if (lifetimes.end(branch) == step) {
      ringBytes -= ring.bytes();
      ring.release(stepManager);
    }
    return made;
  }

  /** {@return the bytes that are kept now} */
  public long bytes() {
    return repeated.bytes() + ringBytes;
  }

  /**
   * {@return the most bytes that were ever kept at once}
   *
   * <p>What a step takes for the last time counts until that step ends. Over a whole trajectory it
   * is {@link FeatureLifetimes#peak} times the size of an output.
   */
  public long peakBytes() {
    return peakBytes;
  }

  /** Frees what is kept. */
  @Override
  public void close() {
    repeated.close();
    manager.close();
  }
}
