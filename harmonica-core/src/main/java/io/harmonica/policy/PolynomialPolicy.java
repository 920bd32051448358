package io.harmonica.policy;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.plan.PlanRequest;
import io.harmonica.plan.PolynomialForecast;

/**
 * Plain extrapolation: whole steps are computed as by {@linkplain TaylorSeerPolicy TaylorSeer}, and
 * the steps between lie on the polynomial through the last computed ones. Needs no training, and no
 * paper that we know of has it. A rule that forecasts has to do better than this.
 *
 * @param interval every N-th step is computed, at least 1
 * @param order of the polynomial, 0 to 4
 * @param first how many steps at the start compute everything, at least 1
 */
public record PolynomialPolicy(int interval, int order, int first) implements CachePolicy {
  private static final String RULE = "polynomial";

  /**
   * Checks the settings.
   *
   * @param interval see the record
   * @param order see the record
   * @param first see the record
   * @throws IllegalArgumentException if one is out of range
   */
  public PolynomialPolicy {
    new SpacedSteps(RULE, interval, first);
    new PolynomialForecast(order);
  }

  @Override
  public CachePlan plan(PlanRequest request) {
    return steps().plan(request, new PolynomialForecast(order));
  }

  @Override
  public String name() {
    return steps().name(order);
  }

  private SpacedSteps steps() {
    return new SpacedSteps(RULE, interval, first);
  }
}
