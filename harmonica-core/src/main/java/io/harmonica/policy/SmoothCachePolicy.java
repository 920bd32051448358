package io.harmonica.policy;

import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.plan.PlanRequest;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * Reuses the branches of a kind while the measured error of doing so stays below a threshold, as
 * SmoothCache does (Liu et al., 2024): from each computed step on, its output serves as long as its
 * relative L1 error against the later step's own output, averaged over the layers of the kind, is
 * below alpha, and for so many steps as the profile measured at most.
 *
 * <p>The published code differs in two points: it skips the longest stretch whose last step is
 * below alpha even if one in between is not, and always computes the last step.
 *
 * @param profile what was measured
 * @param alpha the threshold, at least 0; 0 never reuses
 */
public record SmoothCachePolicy(SmoothCacheProfile profile, double alpha) implements CachePolicy {

  /**
   * Checks the threshold.
   *
   * @param profile see the record
   * @param alpha see the record
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public SmoothCachePolicy {
    if (!(alpha >= 0) || Double.isInfinite(alpha)) {
      throw new IllegalArgumentException(
          "smoothcache threshold is " + alpha + ", expected a number of at least 0");
    }
  }

  /**
   * Picks the threshold whose plan comes nearest to a wish. All plans that the profile can give are
   * tried.
   *
   * @param profile what was measured
   * @param measure what the wish is about, such as {@code CachePlan::cacheUtilisation} or {@code
   *     cost::speedup}
   * @param wish its value
   * @return the policy; of several as near the one with the lowest threshold
   */
  public static SmoothCachePolicy nearest(
      SmoothCacheProfile profile, ToDoubleFunction<CachePlan> measure, double wish) {
    TreeSet<Float> limits = new TreeSet<>();
    for (int kind = 0; kind < profile.layout().kinds().size(); kind++) {
      for (int step = 1; step < profile.steps(); step++) {
        for (int gap = 1; gap <= Math.min(step, profile.maxGap()); gap++) {
          limits.add(profile.error(kind, step, gap));
        }
      }
    }
    SmoothCachePolicy best = new SmoothCachePolicy(profile, 0);
    double miss = best.miss(measure, wish);
    for (float limit : limits) {
      Float next = limits.higher(limit);
      SmoothCachePolicy tried =
          new SmoothCachePolicy(profile, between(limit, next == null ? 2 * limit + 1 : next));
      double missed = tried.miss(measure, wish);
      if (missed < miss) {
        best = tried;
        miss = missed;
      }
    }
    return best;
  }

  private double miss(ToDoubleFunction<CachePlan> measure, double wish) {
    return Math.abs(measure.applyAsDouble(planned()) - wish);
  }

  /** The shortest number above one limit and not above the next. */
  private static double between(double low, double high) {
    BigDecimal middle = BigDecimal.valueOf(low + (high - low) / 2);
    for (int digits = 0; digits < middle.scale(); digits++) {
      double rounded = middle.setScale(digits, RoundingMode.HALF_UP).doubleValue();
      if (rounded > low && rounded <= high) {
        return rounded;
      }
    }
    return middle.doubleValue() > low ? middle.doubleValue() : high;
  }

  @Override
  public CachePlan plan(PlanRequest request) {
    new PlannedRun("the profile", profile.origin(), profile.layout(), profile.steps())
        .require("was measured", request);
    return planned();
  }

  private CachePlan planned() {
    BranchLayout layout = profile.layout();
    boolean[][] computes = new boolean[layout.kinds().size()][];
    for (int kind = 0; kind < computes.length; kind++) {
      computes[kind] = computingSteps(kind);
    }
    return CachePlan.of(
        profile.steps(),
        layout.branches(),
        (step, branch) -> computes[branch % layout.kinds().size()][step]);
  }

  private boolean[] computingSteps(int kind) {
    boolean[] computes = new boolean[profile.steps()];
    int computed = 0;
    for (int step = 1; step < computes.length; step++) {
      int gap = step - computed;
      computes[step] = gap > profile.maxGap() || profile.error(kind, step, gap) >= alpha;
      computed = computes[step] ? step : computed;
    }
    return computes;
  }

  @Override
  public String name() {
    return "smoothcache:" + alpha;
  }
}
