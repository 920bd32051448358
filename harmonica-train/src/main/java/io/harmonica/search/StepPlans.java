package io.harmonica.search;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import java.util.BitSet;

/** Plans whose steps compute everything or nothing. */
final class StepPlans {
  private StepPlans() {}

  /** The plan that computes these steps, step 0 among them or not. */
  static CachePlan of(int steps, int branches, BitSet computed) {
    return CachePlan.ofSteps(steps, branches, computed::get);
  }

  /**
   * How many whole steps a target pays for.
   *
   * @return from 1 to T
   */
  static int affordable(int steps, int branches, PlanTarget target) {
    int count = steps;
    BitSet first = new BitSet();
    while (count > 1) {
      first.clear();
      first.set(0, count);
      if (target.metBy(of(steps, branches, first))) {
        return count;
      }
      count--;
    }
    return 1;
  }
}
