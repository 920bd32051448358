package io.harmonica.train;

import io.harmonica.search.MeasuredPlan;

/** Watches a router's training. */
public interface TrainingListener {
  /** Listens to nothing. */
  TrainingListener NONE = new TrainingListener() {};

  /**
   * Called after each trajectory, when its rows have been updated.
   *
   * @param progress where the training is
   * @param router the router as it is now; not to be changed
   */
  default void afterTrajectory(TrainingProgress progress, TrainableRouter router) {}

  /**
   * Called after each measurement of the image error proxy.
   *
   * @param trajectory the trajectory that comes next
   * @param measurement what was measured
   * @param lambda the weights that follow from it, [T]
   */
  default void afterRefresh(int trajectory, ProxyMeasurement measurement, float[] lambda) {}

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
