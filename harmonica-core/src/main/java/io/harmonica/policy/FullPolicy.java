package io.harmonica.policy;

import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.plan.PlanRequest;

/** Computes every branch at every step: no caching, the reference for all others. */
public record FullPolicy() implements CachePolicy {

  @Override
  public CachePlan plan(PlanRequest request) {
    int steps = request.steps();
    BranchLayout layout = request.layout();
    return CachePlan.ofSteps(steps, layout.branches(), step -> true);
  }

  @Override
  public String name() {
    return "full";
  }
}
