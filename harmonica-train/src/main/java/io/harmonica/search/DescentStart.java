package io.harmonica.search;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/**
 * Gives up whole steps one after the other, each time the one that changes the image least, given
 * those that are gone. All branches of a step then come from the same earlier steps, which keeps
 * features consistent.
 */
record DescentStart(int steps, int branches, int order) implements PlanStart {
  /** Steps measured anew for each choice; the order of the others is that of the last time. */
  private static final int CANDIDATES = 6;

  private static final Comparator<Step> BY_CHANGE = Comparator.comparingDouble(Step::change);

  private record Step(int number, double change) {}

  @Override
  public String name() {
    return "descent";
  }

  @Override
  public long forwards(PlanTarget target) {
    long given = (long) steps - StepPlans.affordable(steps, branches, target);
    return steps * ((long) steps / 2 + (CANDIDATES + 2) * given / 2);
  }

  @Override
  public List<Draft> drafts(PlanErrors errors, PlanTarget target) {
    BitSet computed = new BitSet();
    computed.set(0, steps);
    List<Step> open = new ArrayList<>();
    for (int step = 1; step < steps; step++) {
      open.add(new Step(step, 0));
    }
    int candidates = open.size();
    while (!target.metBy(plan(computed)) && !open.isEmpty()) {
      List<Step> tried = new ArrayList<>(open.subList(0, Math.min(candidates, open.size())));
      SampleErrors measured =
          errors.of(
              plan(computed),
              tried.stream().map(step -> without(computed, step.number())).toList());
      for (int i = 0; i < tried.size(); i++) {
        double change = SampleErrors.mean(measured.variants()[i]);
        open.set(i, new Step(tried.get(i).number(), change));
      }
      Step best = open.subList(0, tried.size()).stream().min(BY_CHANGE).orElseThrow();
      open.remove(best);
      open.sort(BY_CHANGE);
      computed.clear(best.number());
      candidates = CANDIDATES;
    }
    return List.of(Draft.of(StepPlans.of(steps, branches, computed), order));
  }

  private CachePlan plan(BitSet computed) {
    return Draft.of(StepPlans.of(steps, branches, computed), order).plan();
  }

  private CachePlan without(BitSet computed, int step) {
    BitSet others = (BitSet) computed.clone();
    others.clear(step);
    return plan(others);
  }
}
