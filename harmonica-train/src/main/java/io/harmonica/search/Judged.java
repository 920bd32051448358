package io.harmonica.search;

import io.harmonica.plan.PlanTarget;

/**
 * A draft and its error on batches that had no part in finding it.
 *
 * @param draft the draft
 * @param error mean squared difference of x_0 from the run that computes everything
 */
record Judged(Draft draft, double error) {

  /** What a listener is told. */
  MeasuredPlan measured(PlanTarget target) {
    return new MeasuredPlan(draft.plan(), target.cost().total(draft.plan()), error);
  }
}
