package io.harmonica.policy;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.plan.PlanRequest;
import io.harmonica.plan.TaylorForecast;

/**
 * TaylorSeer (Liu et al., 2025): whole steps are computed at an interval, and the steps between are
 * extrapolated by {@link TaylorForecast}. Needs no training. The first steps compute everything,
 * and then every N-th one does, as in its public DiT code.
 *
 * @param interval N, at least 1
 * @param order the highest order of the Taylor sum, 0 to 4
 * @param first how many steps at the start compute everything, at least 1; the public code has 2
 */
public record TaylorSeerPolicy(int interval, int order, int first) implements CachePolicy {
  private static final String RULE = "taylorseer";

  /** How many steps the public code computes before it begins to forecast. */
  public static final int USUAL_FIRST = SpacedSteps.USUAL_FIRST;

  /**
   * Checks the settings.
   *
   * @param interval see the record
   * @param order see the record
   * @param first see the record
   * @throws IllegalArgumentException if one is out of range
   */
  public TaylorSeerPolicy {
    new SpacedSteps(RULE, interval, first);
    new TaylorForecast(order);
  }

  @Override
  public CachePlan plan(PlanRequest request) {
    return steps().plan(request, new TaylorForecast(order));
  }

  @Override
  public String name() {
    return steps().name(order);
  }

  private SpacedSteps steps() {
    return new SpacedSteps(RULE, interval, first);
  }
}
