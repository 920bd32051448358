package io.harmonica.policy;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.ForecastRule;
import io.harmonica.plan.PlanRequest;

/**
 * Whole steps that are computed: the first ones, and then every N-th. Rules that forecast the steps
 * between share it.
 *
 * @param interval N, at least 1
 * @param first how many steps at the start compute everything, at least 1
 */
record SpacedSteps(int interval, int first) {
  /** How many steps TaylorSeer's public code computes before it begins to forecast. */
  static final int USUAL_FIRST = 2;

  /**
   * Checks the settings of a rule.
   *
   * @throws IllegalArgumentException if one is out of range
   */
  static SpacedSteps of(String rule, int interval, int first) {
    if (interval < 1 || first < 1) {
      throw new IllegalArgumentException(
          "%s has interval %d and %d first steps, expected at least 1 each"
              .formatted(rule, interval, first));
    }
    return new SpacedSteps(interval, first);
  }

  /** The plan for a run, with forecasts between the computed steps. */
  CachePlan plan(PlanRequest request, ForecastRule forecast) {
    return CachePlan.ofSteps(
            request.steps(),
            request.layout().branches(),
            step -> step < first || (step - first + 1) % interval == 0)
        .forecasting(forecast);
  }
}
