package io.harmonica.plan;

import java.util.Arrays;

/**
 * What one forward pass of a model costs in multiply-accumulate operations (MACs) per sample: every
 * branch, and everything else (embedders, modulation, final layer), so that a plan's theoretical
 * speed-up counts all that a step runs.
 */
public final class ComputeCost {
  private final long fixed;
  private final long[] branches;

  /**
   * Creates a cost table.
   *
   * @param fixed MACs of a step outside its branches
   * @param branches MACs of each branch, by flat index
   */
  public ComputeCost(long fixed, long[] branches) {
    this.fixed = fixed;
    this.branches = branches.clone();
  }

  /** {@return the number of branches} */
  public int branches() {
    return branches.length;
  }

  /**
   * Returns the cost of one step that computes everything.
   *
   * @return MACs per sample
   */
  public long full() {
    return fixed + Arrays.stream(branches).sum();
  }

  /**
   * Returns the cost of one step outside its branches.
   *
   * @return MACs per sample
   */
  public long fixed() {
    return fixed;
  }

  /**
   * Returns the cost of a branch.
   *
   * @param branch the flat index
   * @return MACs per sample
   */
  public long branch(int branch) {
    return branches[branch];
  }

  /**
   * Returns the cost of a whole trajectory under a plan.
   *
   * @param plan a plan with as many branches as this table
   * @return MACs per sample
   * @throws IllegalArgumentException if the numbers of branches differ
   */
  public long total(CachePlan plan) {
    if (plan.branches() != branches.length) {
      throw new IllegalArgumentException(
          "the plan has " + plan.branches() + " branches, the model " + branches.length);
    }
    long sum = 0;
    for (int step = 0; step < plan.steps(); step++) {
      sum += fixed;
      for (int branch = 0; branch < branches.length; branch++) {
        if (plan.computes(step, branch)) {
          sum += branches[branch];
        }
      }
    }
    return sum;
  }

  /**
   * Returns the theoretical speed-up: MACs without a cache / MACs with the plan.
   *
   * @param plan a plan with as many branches as this table
   * @return at least 1
   */
  public double speedup(CachePlan plan) {
    return (double) full() * plan.steps() / total(plan);
  }
}
