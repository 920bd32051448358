package io.harmonica.plan;

/**
 * Decides before sampling starts WHEN each branch is computed and when it is made from the cache.
 */
public interface CachePolicy {

  /**
   * Plans a trajectory.
   *
   * @param request the run to plan for
   * @return the plan
   * @throws IllegalArgumentException if the policy was made for other steps, another layout, model
   *     or sampler; the message names both values. A rule fits every model
   */
  CachePlan plan(PlanRequest request);

  /**
   * Names the policy with its settings, as the command line writes it but for files.
   *
   * @return for example {@code interval:2}
   */
  String name();
}
