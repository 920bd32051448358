package io.harmonica.search;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Steps at equal distances, as interval caching and TaylorSeer have them, also where the number of
 * steps is no multiple of the distance; and with the distances growing or shrinking along the
 * trajectory.
 */
record IntervalStart(int steps, int branches, int order) implements PlanStart {
  private static final double[] BENDS = {1, 0.93, 0.86, 0.8, 0.74, 0.68, 1.1};

  @Override
  public String name() {
    return "interval";
  }

  @Override
  public long forwards(PlanTarget target) {
    return (long) (1 + BENDS.length) * steps;
  }

  @Override
  public List<Draft> drafts(PlanErrors errors, PlanTarget target) {
    int count = StepPlans.affordable(steps, branches, target);
    List<Draft> drafts = new ArrayList<>();
    int interval = (steps + count - 1) / count;
    drafts.add(Draft.of(CachePlan.ofSteps(steps, branches, step -> step % interval == 0), order));
    for (double bend : BENDS) {
      BitSet computed = new BitSet();
      for (int i = 0; i < count; i++) {
        int step = (int) Math.round(steps * Math.pow((double) i / count, bend));
        // Two that fall together move on to the next free step.
        computed.set(computed.nextClearBit(Math.min(step, steps - 1)));
      }
      computed.clear(steps, Math.max(steps, computed.length()));
      drafts.add(Draft.of(StepPlans.of(steps, branches, computed), order));
    }
    return drafts;
  }
}
