package io.harmonica.plan;

/**
 * What a policy is asked to plan for.
 *
 * @param steps number of steps T
 * @param layout the model's branches
 * @param fit the run's model and sampler
 */
public record PlanRequest(int steps, BranchLayout layout, ModelFit fit) {

  /**
   * Asks on behalf of no model in particular, as tests and drawings do.
   *
   * @param steps number of steps T
   * @param layout the branches
   * @return the request
   */
  public static PlanRequest of(int steps, BranchLayout layout) {
    return new PlanRequest(steps, layout, new ModelFit("", "", ""));
  }
}
