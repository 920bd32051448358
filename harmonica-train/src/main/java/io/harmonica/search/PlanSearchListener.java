package io.harmonica.search;

/** Watches a search for a plan. */
@FunctionalInterface
public interface PlanSearchListener {
  /** Listens to nothing. */
  PlanSearchListener NONE = (found, forwards) -> {};

  /**
   * Called after each round.
   *
   * @param found the plan as it is now
   * @param forwards guided forward passes so far
   */
  void afterRound(MeasuredPlan found, long forwards);

  /**
   * Called now and then within a round.
   *
   * @param forwards guided forward passes so far
   * @param planned about how many there will be
   */
  default void afterForwards(long forwards, long planned) {}
}
