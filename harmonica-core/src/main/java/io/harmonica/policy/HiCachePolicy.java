package io.harmonica.policy;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.plan.HermiteForecast;
import io.harmonica.plan.PlanRequest;

/**
 * HiCache (Feng et al., 2025): as {@linkplain TaylorSeerPolicy TaylorSeer}, with the steps between
 * extrapolated by {@link HermiteForecast}. Needs no training.
 *
 * @param interval every N-th step is computed, at least 1
 * @param order the highest order of the sum, 0 to 4
 * @param first how many steps at the start compute everything, at least 1
 * @param scale of the Hermite polynomials, above 0 and at most 1; the public code has 0.5
 */
public record HiCachePolicy(int interval, int order, int first, double scale)
    implements CachePolicy {
  private static final String RULE = "hicache";

  /** The scale that the public code takes if it is not told another. */
  public static final double USUAL_SCALE = 0.5;

  /**
   * Checks the settings.
   *
   * @param interval see the record
   * @param order see the record
   * @param first see the record
   * @param scale see the record
   * @throws IllegalArgumentException if one is out of range
   */
  public HiCachePolicy {
    new SpacedSteps(RULE, interval, first);
    new HermiteForecast(order, scale);
  }

  @Override
  public CachePlan plan(PlanRequest request) {
    return steps().plan(request, new HermiteForecast(order, scale));
  }

  @Override
  public String name() {
    return scale == USUAL_SCALE
        ? steps().name(order)
        : "%s:%d:%d:%d:%s".formatted(RULE, interval, order, first, scale);
  }

  private SpacedSteps steps() {
    return new SpacedSteps(RULE, interval, first);
  }
}
