package io.harmonica.policy;

import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.plan.ModelFit;
import io.harmonica.plan.PlanRequest;

/**
 * A schedule that ECAD's evolutionary search found (Aggarwal et al., 2025): which branch of which
 * block is computed at which step; the others repeat. Its files name no model, so that any model of
 * as many blocks and the same kinds of branches takes it, with any sampler.
 *
 * @param layout the branches that the schedule is for
 * @param schedule the plan
 */
public record EcadPolicy(BranchLayout layout, CachePlan schedule) implements CachePolicy {

  /**
   * Checks the schedule.
   *
   * @param layout see the record
   * @param schedule see the record
   * @throws IllegalArgumentException if the schedule is for another number of branches
   */
  public EcadPolicy {
    if (schedule.branches() != layout.branches()) {
      throw new IllegalArgumentException(
          "the ECAD schedule has %d branches, its layout has %d"
              .formatted(schedule.branches(), layout.branches()));
    }
  }

  @Override
  public CachePlan plan(PlanRequest request) {
    new PlannedRun("the ECAD schedule", new ModelFit("", "", ""), layout, schedule.steps())
        .require("was found", request);
    return schedule;
  }

  @Override
  public String name() {
    return "ecad";
  }
}
