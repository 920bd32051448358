package io.harmonica.plan;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Which computed outputs of a plan are taken again, until when, and how many of them lie in memory
 * at once. An output is kept only if a later forecast takes it. Immutable.
 *
 * @serial exclude
 */
@SuppressWarnings("InvalidBlockTag") // a serialised form is no promise, wherever it is said
public final class FeatureLifetimes implements Serializable {
  private static final long serialVersionUID = 1;

  private final int branches;

  /** By cell: the last step that takes what it computes; its own step if none does. */
  private final int[] lastUse;

  private final int[] capacity;
  private final int[] end;
  private final int peak;
  private final int peakRepeated;

  private FeatureLifetimes(CachePlan plan) {
    int steps = plan.steps();
    branches = plan.branches();
    lastUse = new int[steps * branches];
    capacity = new int[branches];
    end = new int[branches];
    int[] kept = new int[steps];
    int[] repeated = new int[steps];
    for (int branch = 0; branch < branches; branch++) {
      boolean blended = findLastUses(plan, branch);
      int[] own = kept(steps, branch);
      if (blended) {
        capacity[branch] = Arrays.stream(own).max().orElse(0);
        // Its outputs lie in one block, from the first one that is kept to the last use of any.
        boolean begun = false;
        for (int step = 0; step <= end[branch]; step++) {
          begun |= own[step] > 0;
          own[step] = begun ? capacity[branch] : 0;
        }
      }
      for (int step = 0; step < steps; step++) {
        kept[step] += own[step];
        repeated[step] += blended ? 0 : own[step];
      }
    }
    peak = Arrays.stream(kept).max().orElse(0);
    peakRepeated = Arrays.stream(repeated).max().orElse(0);
  }

  static FeatureLifetimes of(CachePlan plan) {
    return new FeatureLifetimes(plan);
  }

  /** Fills in a branch's last uses; returns whether one of its forecasts does more than repeat. */
  private boolean findLastUses(CachePlan plan, int branch) {
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
        end[branch] = step;
      }
    }
    return blended;
  }

  /** Counts a branch's outputs that are kept during each step, up to the end of their last use. */
  private int[] kept(int steps, int branch) {
    int[] kept = new int[steps];
    for (int step = 0; step < steps; step++) {
      for (int now = step; keeps(step, branch) && now <= lastUse(step, branch); now++) {
        kept[now]++;
      }
    }
    return kept;
  }

  private int lastUse(int step, int branch) {
    return lastUse[step * branches + branch];
  }

  /**
   * Tells whether a later step takes what this step computes, so that it must be kept.
   *
   * @param step the step
   * @param branch the flat branch index
   * @return true if the branch is computed now and its output taken later
   */
  public boolean keeps(int step, int branch) {
    return lastUse(step, branch) > step;
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
   * Tells whether a step is the last one to take the newest output of a branch.
   *
   * @param step the step
   * @param branch the flat branch index
   * @return true if the step forecasts the branch and no later one takes that output
   */
  public boolean ends(int step, int branch) {
    for (int before = step - 1; before >= 0; before--) {
      if (lastUse(before, branch) >= step) {
        return lastUse(before, branch) == step;
      }
    }
    return false;
  }

  /**
   * Returns how many outputs of a branch lie side by side for its forecasts.
   *
   * @param branch the flat branch index
   * @return at least 1; 0 if the branch is never forecast, or only ever repeats its newest output
   */
  public int capacity(int branch) {
    return capacity[branch];
  }

  /**
   * Returns the largest number of outputs that are kept at once: what the cache needs, in units of
   * one branch's output. An output counts until the step that takes it last has ended.
   *
   * @return kept outputs of the busiest step
   */
  public int peak() {
    return peak;
  }

  /** {@return the largest number that is kept at once of the branches that only repeat} */
  public int peakRepeated() {
    return peakRepeated;
  }

  /**
   * Tells what the cache needs before anything is run.
   *
   * @param featureSize values of one branch's output for one sample
   * @param rows samples of a batch, twice as many under guidance
   * @return bytes at the busiest step, four for each value, as features are FLOAT32
   */
  public long peakBytes(long featureSize, int rows) {
    return peak * featureSize * rows * Float.BYTES;
  }
}
