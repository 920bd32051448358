package io.harmonica.search;

import io.harmonica.train.TrainingListener;

/** Watches a search for a plan. */
public interface PlanSearchListener {
  /** Listens to nothing. */
  PlanSearchListener NONE = new PlanSearchListener() {};

  /**
   * Called for each plan that the search could start from.
   *
   * @param name how it was made
   * @param found the plan
   */
  default void afterStart(String name, MeasuredPlan found) {}

  /**
   * Called now and then while a round measures.
   *
   * @param part what it measures for, such as "cells" or "weights"
   * @param done how much of it is done, in forward passes or updates
   * @param planned how much there will be
   */
  default void duringRound(String part, long done, long planned) {}

  /**
   * Called after each round.
   *
   * @param found the best plan so far, measured on batches that had no part in finding it
   */
  default void afterRound(MeasuredPlan found) {}

  /** {@return who watches step-wise training, where the search has some} */
  default TrainingListener stepwise() {
    return TrainingListener.NONE;
  }
}
