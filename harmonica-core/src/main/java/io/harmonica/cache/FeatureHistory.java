package io.harmonica.cache;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.plan.Forecast;
import io.harmonica.plan.ForecastRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The last outputs of every branch and the steps at which they were made, for runs whose plan is
 * not known beforehand: trainings and searches. Copies what it keeps. Not thread-safe.
 */
public final class FeatureHistory implements AutoCloseable {
  private final NDManager manager;
  private final int capacity;
  private final FeatureRing[] rings;
  private final boolean[] shared;
  private final List<int[]> steps = new ArrayList<>();

  /**
   * Creates an empty history.
   *
   * @param parent the manager under which the outputs lie
   * @param branches number of branches
   * @param capacity how many outputs of a branch are kept at most
   */
  public FeatureHistory(NDManager parent, int branches, int capacity) {
    this.manager = parent.newSubManager();
    this.capacity = capacity;
    this.rings = new FeatureRing[branches];
    this.shared = new boolean[branches];
    for (int branch = 0; branch < branches; branch++) {
      rings[branch] = new FeatureRing(manager, branch, capacity);
      steps.add(new int[0]);
    }
  }

  private FeatureHistory(NDManager parent, FeatureHistory other) {
    this.manager = parent.newSubManager();
    this.capacity = other.capacity;
    this.rings = other.rings.clone();
    this.shared = new boolean[rings.length];
    Arrays.fill(shared, true);
    steps.addAll(other.steps);
  }

  /**
   * Starts a history that goes on from this one. Outputs are shared until the new one keeps others.
   *
   * @param parent the manager under which the copy keeps its own
   * @return the copy, to be closed before this history is; nothing may be kept here meanwhile
   */
  public FeatureHistory fork(NDManager parent) {
    return new FeatureHistory(parent, this);
  }

  /**
   * Keeps an output, over the oldest one if there are too many.
   *
   * @param step the step at which it was made, after those before
   * @param branch the flat branch index
   * @param feature the output, detached from any graph; copied
   */
  public void put(int step, int branch, NDArray feature) {
    if (shared[branch]) {
      rings[branch] = rings[branch].fork(manager);
      shared[branch] = false;
    }
    rings[branch].put(feature);
    int[] before = steps.get(branch);
    int[] now = new int[Math.min(capacity, before.length + 1)];
    now[0] = step;
    System.arraycopy(before, 0, now, 1, now.length - 1);
    steps.set(branch, now);
  }

  /**
   * Makes a branch's output from what is kept.
   *
   * @param branch the flat branch index
   * @param forecast takes at most as many outputs as are kept
   * @param owner owns the result, which must not be changed
   * @return the forecast, good until the branch's next output is kept
   * @throws IllegalStateException if too few outputs are kept
   */
  public NDArray forecast(int branch, Forecast forecast, NDManager owner) {
    return rings[branch].forecast(forecast, owner);
  }

  /**
   * Makes a branch's output at a step by a rule.
   *
   * @param step the step
   * @param branch the flat branch index
   * @param rule asked with the steps that are kept
   * @param owner owns the result, which must not be changed
   * @return the forecast, good until the branch's next output is kept
   * @throws IllegalStateException if nothing is kept, or less than the rule takes
   */
  public NDArray forecast(int step, int branch, ForecastRule rule, NDManager owner) {
    int[] history = steps.get(branch);
    Forecast forecast =
        history.length == 0 ? Forecast.REUSE : rule.forecast(step, branch, history.clone());
    return forecast(branch, forecast, owner);
  }

  /** Frees what is kept. */
  @Override
  public void close() {
    manager.close();
  }
}
