package io.harmonica.plan;

/** Decides before sampling starts WHEN each branch is computed and when reused. */
public interface CachePolicy {

  /**
   * Plans a trajectory.
   *
   * @param steps number of steps T
   * @param layout the model's branches
   * @return the plan
   * @throws IllegalArgumentException if the policy was made for other steps or another layout; the
   *     message names both values
   */
  CachePlan plan(int steps, BranchLayout layout);

  /**
   * Refuses a run that the policy was not made for. A rule fits every run.
   *
   * @param run the run's model and sampler
   * @throws IllegalArgumentException if they are others; the message names both values
   */
  default void requireFit(ModelFit run) {}

  /**
   * Names the policy with its settings, as the command line writes it but for files.
   *
   * @return for example {@code interval:2}
   */
  String name();
}
