package io.harmonica.plan;

/**
 * Which computed outputs of a plan are taken again, until when, and how many of them lie in memory
 * at once. An output is kept only if a later forecast takes it.
 */
public final class FeatureLifetimes {
  private final int steps;
  private final int branches;
  private final int[] lastUse;
  private final int[] capacity;
  private final int[] end;
  private final int peak;

  private FeatureLifetimes(
      int steps, int branches, int[] lastUse, int[] capacity, int[] end, int peak) {
    this.steps = steps;
    this.branches = branches;
    this.lastUse = lastUse;
    this.capacity = capacity;
    this.end = end;
    this.peak = peak;
  }

  static FeatureLifetimes of(CachePlan plan) {
    int steps = plan.steps();
    int branches = plan.branches();
    int[] lastUse = new int[steps * branches];
    int[] capacity = new int[branches];
    int[] end = new int[branches];
    for (int branch = 0; branch < branches; branch++) {
      boolean blended = walk(plan, branch, lastUse);
      capacity[branch] = blended ? mostAlive(steps, branches, branch, lastUse) : 0;
      for (int step = 0; step < steps; step++) {
        end[branch] = Math.max(end[branch], lastUse[step * branches + branch]);
      }
    }
    int peak = peak(steps, branches, lastUse, capacity, end);
    return new FeatureLifetimes(steps, branches, lastUse, capacity, end, peak);
  }

  /** Fills in the last uses of a branch; returns whether a forecast does more than repeat. */
  private static boolean walk(CachePlan plan, int branch, int[] lastUse) {
    int branches = plan.branches();
    int[] history = new int[plan.steps()];
    int known = 0;
    boolean blended = false;
    for (int step = 0; step < plan.steps(); step++) {
      if (plan.computes(step, branch)) {
        lastUse[step * branches + branch] = step;
        history[known++] = step;
      } else {
        Forecast forecast = plan.forecast(step, branch);
        blended |= !forecast.repeats();
        for (int term = 0; term < forecast.terms(); term++) {
          lastUse[history[known - 1 - term] * branches + branch] = step;
        }
      }
    }
    return blended;
  }

  private static int mostAlive(int steps, int branches, int branch, int[] lastUse) {
    int most = 0;
    for (int now = 0; now < steps; now++) {
      int alive = 0;
      for (int step = 0; step <= now; step++) {
        // The output of this very step lies beside those that later steps still take.
        alive += lastUse[step * branches + branch] > now ? 1 : 0;
      }
      most = Math.max(most, alive);
    }
    return most;
  }

  private static int peak(int steps, int branches, int[] lastUse, int[] capacity, int[] end) {
    int peak = 0;
    for (int now = 0; now < steps; now++) {
      int alive = 0;
      for (int branch = 0; branch < branches; branch++) {
        if (capacity[branch] > 0) {
          alive += now <= end[branch] ? capacity[branch] : 0;
          continue;
        }
        for (int step = 0; step <= now; step++) {
          int last = lastUse[step * branches + branch];
          alive += last > step && last >= now ? 1 : 0;
        }
      }
      peak = Math.max(peak, alive);
    }
    return peak;
  }

  /**
   * Tells whether a later step takes what this step computes, so that it must be kept.
   *
   * @param step the step
   * @param branch the flat branch index
   * @return true if the branch is computed now and its output taken later
   */
  public boolean keeps(int step, int branch) {
    return lastUse[step * branches + branch] > step;
  }

  /**
   * Returns the last step at which anything kept of a branch is taken.
   *
   * @param branch the flat branch index
   * @return the step, 0 if nothing is ever taken
   */
  public int end(int branch) {
    return end[branch];
  }

  /**
   * Tells whether a step is the last one to take what a branch computed at its newest computed
   * step.
   *
   * @param step a step that does not compute the branch
   * @param branch the flat branch index
   * @return true if the output is not needed after this step
   */
  public boolean ends(int step, int branch) {
    for (int computed = step - 1; computed >= 0; computed--) {
      if (lastUse[computed * branches + branch] >= step) {
        return lastUse[computed * branches + branch] == step;
      }
    }
    return false;
  }

  /**
   * Returns how many outputs of a branch lie side by side for its forecasts.
   *
   * @param branch the flat branch index
   * @return at least 1; 0 if the branch only ever repeats its newest output
   */
  public int capacity(int branch) {
    return capacity[branch];
  }

  /**
   * Returns the largest number of outputs that are kept at once: what the cache needs, in units of
   * one branch's output.
   *
   * @return kept outputs of the busiest step
   */
  public int peak() {
    return peak;
  }

  /** {@return how many outputs are kept at once at most of the branches that only repeat} */
  public int peakRepeated() {
    int most = 0;
    for (int now = 0; now < steps; now++) {
      int alive = 0;
      for (int branch = 0; branch < branches; branch++) {
        for (int step = 0; capacity[branch] == 0 && step <= now; step++) {
          int last = lastUse[step * branches + branch];
          alive += last > step && last >= now ? 1 : 0;
        }
      }
      most = Math.max(most, alive);
    }
    return most;
  }
}
