package io.harmonica.policy;

import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.plan.PlanRequest;

/**
 * Computes everything at every N-th step and reuses everything in between, as FORA does (Selvaraju
 * et al., 2024).
 *
 * @param interval N, at least 1; 1 never reuses
 */
public record IntervalPolicy(int interval) implements CachePolicy {

  /**
   * Checks the interval.
   *
   * @param interval see the record
   * @throws IllegalArgumentException if it is less than 1
   */
  public IntervalPolicy {
    if (interval < 1) {
      throw new IllegalArgumentException("interval is " + interval + ", expected at least 1");
    }
  }

  @Override
  public CachePlan plan(PlanRequest request) {
    int steps = request.steps();
    BranchLayout layout = request.layout();
    return CachePlan.ofSteps(steps, layout.branches(), step -> step % interval == 0);
  }

  @Override
  public String name() {
    return "interval:" + interval;
  }
}
