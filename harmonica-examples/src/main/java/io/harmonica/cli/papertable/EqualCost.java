package io.harmonica.cli.papertable;

import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import io.harmonica.policy.TaylorSeerPolicy;

/**
 * The rivals that cost most nearly what a plan costs. They have few settings, so they do not meet
 * it exactly; reports say what each costs.
 *
 * @param setup the run
 * @param target what the plan costs
 */
record EqualCost(SamplingSetup setup, PlanTarget target) {
  /** A common choice; higher orders were hardly closer on our own model. */
  private static final int TAYLOR_ORDER = 2;

  /**
   * Finds the fewer steps.
   *
   * @return from 1 to T
   */
  int fewerSteps() {
    return Math.toIntExact(Math.max(1, Math.round((double) target.total() / setup.cost().full())));
  }

  /**
   * Finds the schedule of TaylorSeer: an interval, and how many steps before it are computed. Among
   * those that are as near, the one with the fewest first steps spreads the others most evenly.
   */
  TaylorSeerPolicy taylorSeer() {
    TaylorSeerPolicy best = null;
    int first = TaylorSeerPolicy.USUAL_FIRST;
    for (; first <= setup.steps(); first++) {
      for (int interval = 2; interval <= setup.steps(); interval++) {
        TaylorSeerPolicy policy = new TaylorSeerPolicy(interval, TAYLOR_ORDER, first);
        best = best == null || distance(policy) < distance(best) ? policy : best;
      }
    }
    if (best == null) {
      throw new IllegalArgumentException(
          "T is %d, expected at least %d, the steps that TaylorSeer begins with"
              .formatted(setup.steps(), TaylorSeerPolicy.USUAL_FIRST));
    }
    return best;
  }

  private long distance(TaylorSeerPolicy policy) {
    CachePlan plan = setup.plan(policy);
    return Math.abs(target.slack(plan));
  }
}
