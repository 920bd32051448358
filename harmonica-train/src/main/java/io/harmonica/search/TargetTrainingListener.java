package io.harmonica.search;

import io.harmonica.train.TrainingListener;

/** Watches the training of a router for a target: the search before and after it, too. */
public interface TargetTrainingListener extends TrainingListener {
  /** Listens to nothing. */
  TargetTrainingListener NONE = new TargetTrainingListener() {};

  /**
   * Called for each step that the start of a training for a target chooses to reuse.
   *
   * @param found the plan as it is now
   * @param forwards guided forward passes so far
   */
  default void afterStartStep(MeasuredPlan found, long forwards) {}

  /**
   * Called now and then while the refinement measures.
   *
   * @param forwards guided forward passes of the refinement so far
   * @param planned about how many it will take
   */
  default void duringRefinement(long forwards, long planned) {}

  /**
   * Called after each round of refinement that ends a training for a target.
   *
   * @param found the plan as it is now, measured on another batch than it was made on
   * @param forwards guided forward passes of the refinement so far
   */
  default void afterRefinement(MeasuredPlan found, long forwards) {}
}
