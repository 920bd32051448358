package io.harmonica.plan;

/** Computes every branch at every step: no caching, the reference for all others. */
public record FullPolicy() implements CachePolicy {

  @Override
  public CachePlan plan(int steps, BranchLayout layout) {
    return CachePlan.ofSteps(steps, layout.branches(), step -> true);
  }

  @Override
  public String name() {
    return "full";
  }
}
