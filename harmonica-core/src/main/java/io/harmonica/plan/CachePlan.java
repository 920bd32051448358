package io.harmonica.plan;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.IntPredicate;

/**
 * Says for every step and branch of a trajectory whether the branch is computed or its cached
 * output reused. Steps count in execution order: step 0 is the noisiest and always computes
 * everything, since the cache starts empty. Immutable.
 */
public final class CachePlan {
  private final int steps;
  private final int branches;
  private final BitSet computed;

  private CachePlan(int steps, int branches, BitSet computed) {
    this.steps = steps;
    this.branches = branches;
    this.computed = computed;
  }

  /** Decides one cell of a plan. */
  @FunctionalInterface
  public interface Cell {
    /**
     * Decides whether a branch is computed.
     *
     * @param step the step, in execution order
     * @param branch the flat branch index
     * @return true to compute, false to reuse
     */
    boolean computes(int step, int branch);
  }

  /**
   * Builds a plan cell by cell. Step 0 computes everything, whatever the rule says.
   *
   * @param steps number of steps T, at least 1
   * @param branches number of branches, at least 1
   * @param rule decides every cell of the steps after the first
   * @return the plan
   * @throws IllegalArgumentException if a size is less than 1
   */
  public static CachePlan of(int steps, int branches, Cell rule) {
    if (steps < 1 || branches < 1) {
      throw new IllegalArgumentException(
          "a plan of " + steps + " steps and " + branches + " branches: expected at least 1 each");
    }
    BitSet computed = new BitSet(steps * branches);
    computed.set(0, branches);
    for (int step = 1; step < steps; step++) {
      for (int branch = 0; branch < branches; branch++) {
        computed.set(step * branches + branch, rule.computes(step, branch));
      }
    }
    return new CachePlan(steps, branches, computed);
  }

  /**
   * Builds a plan that treats all branches of a step alike.
   *
   * @param steps number of steps T
   * @param branches number of branches
   * @param computes says which steps compute everything; the others reuse everything
   * @return the plan
   */
  public static CachePlan ofSteps(int steps, int branches, IntPredicate computes) {
    return of(steps, branches, (step, branch) -> computes.test(step));
  }

  /**
   * Returns the number of steps.
   *
   * @return T
   */
  public int steps() {
    return steps;
  }

  /**
   * Returns the number of branches.
   *
   * @return the branches of one step
   */
  public int branches() {
    return branches;
  }

  /**
   * Tells whether a branch is computed at a step.
   *
   * @param step the step, in execution order
   * @param branch the flat branch index
   * @return true to compute, false to reuse what the cache holds
   */
  public boolean computes(int step, int branch) {
    if (step < 0 || step >= steps || branch < 0 || branch >= branches) {
      throw new IndexOutOfBoundsException(
          "step " + step + ", branch " + branch + " in a plan of " + steps + " x " + branches);
    }
    return computed.get(step * branches + branch);
  }

  /**
   * Tells whether the next step reuses what this step computes, so that it must be stored.
   *
   * @param step the step
   * @param branch the flat branch index
   * @return true if the branch is computed now and reused at the next step
   */
  public boolean stores(int step, int branch) {
    return computes(step, branch) && step + 1 < steps && !computes(step + 1, branch);
  }

  /**
   * Tells whether this step is the last to reuse what the cache holds for a branch.
   *
   * @param step the step
   * @param branch the flat branch index
   * @return true if the branch is reused now and not at the next step
   */
  public boolean releases(int step, int branch) {
    return !computes(step, branch) && (step + 1 == steps || computes(step + 1, branch));
  }

  /**
   * Counts the branches that a step reuses.
   *
   * @param step the step
   * @return from 0 to {@link #branches()}
   */
  public int reused(int step) {
    return branches - computed.get(step * branches, (step + 1) * branches).cardinality();
  }

  /**
   * Returns the cache utilisation ratio: reused / (steps x branches).
   *
   * @return CUR, from 0 to 1
   */
  public double cacheUtilisation() {
    return 1.0 - (double) computed.cardinality() / ((double) steps * branches);
  }

  /**
   * Returns the largest number of features that one step needs alive: those it stores, those it
   * reuses, and those that a later step reuses.
   *
   * @return live features of the busiest step of a trajectory
   */
  public int peakStored() {
    int live = 0;
    int peak = 0;
    for (int step = 0; step < steps; step++) {
      for (int branch = 0; branch < branches; branch++) {
        if (stores(step, branch)) {
          live++;
        }
      }
      peak = Math.max(peak, live);
      for (int branch = 0; branch < branches; branch++) {
        if (releases(step, branch)) {
          live--;
        }
      }
    }
    return peak;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CachePlan plan
        && plan.steps == steps
        && plan.branches == branches
        && plan.computed.equals(computed);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(new int[] {steps, branches, computed.hashCode()});
  }

  /** Draws the plan, a line for each step: {@code #} computes and {@code .} reuses. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(steps * (branches + 1));
    for (int step = 0; step < steps; step++) {
      for (int branch = 0; branch < branches; branch++) {
        text.append(computes(step, branch) ? '#' : '.');
      }
      text.append('\n');
    }
    return text.toString();
  }
}
