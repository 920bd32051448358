package io.harmonica.policy;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.ForecastRule;
import io.harmonica.plan.PlanRequest;

/**
 * Whole steps that are computed: the first ones, and then every N-th. Rules that forecast the steps
 * between share it.
 *
 * @param rule whose steps they are
 * @param interval N, at least 1
 * @param first how many steps at the start compute everything, at least 1
 */
record SpacedSteps(String rule, int interval, int first) {
  /** How many steps TaylorSeer's public code computes before it begins to forecast. */
  static final int USUAL_FIRST = 2;

  SpacedSteps {
    if (interval < 1 || first < 1) {
      throw new IllegalArgumentException(
          "%s has interval %d and %d first steps, expected at least 1 each"
              .formatted(rule, interval, first));
    }
  }

  /** The rule's name with the order of its forecasts; the usual first steps are left out. */
  String name(int order) {
    String name = "%s:%d:%d".formatted(rule, interval, order);
    return first == USUAL_FIRST ? name : name + ":" + first;
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
