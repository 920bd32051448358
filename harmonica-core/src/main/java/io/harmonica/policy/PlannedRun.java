package io.harmonica.policy;

import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ModelFit;
import io.harmonica.plan.PlanRequest;

/**
 * The runs that a file's plan is for.
 *
 * @param what what the file holds, for example {@code the profile}
 * @param origin model and sampler
 * @param layout the model's branches
 * @param steps number of steps T
 */
record PlannedRun(String what, ModelFit origin, BranchLayout layout, int steps) {

  /**
   * Refuses every other run.
   *
   * @param made how it came about, for example {@code was measured}
   * @param request the run to plan for
   * @throws IllegalArgumentException if it is of another model, sampler, number of steps or layout;
   *     the message names both values
   */
  void require(String made, PlanRequest request) {
    origin.require(what + " " + made, request.fit());
    if (request.steps() != steps) {
      throw new IllegalArgumentException(
          "%s is for %d steps, this run has %d; give --steps %d or another file"
              .formatted(what, steps, request.steps(), steps));
    }
    if (!request.layout().equals(layout)) {
      throw new IllegalArgumentException(
          "%s is for %d blocks of %s, this model has %d of %s; give another file"
              .formatted(
                  what,
                  layout.blocks(),
                  layout.kinds(),
                  request.layout().blocks(),
                  request.layout().kinds()));
    }
  }
}
