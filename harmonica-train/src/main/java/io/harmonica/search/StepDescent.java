package io.harmonica.search;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Chooses whole steps to reuse, as interval caching does, but those that change the image least:
 * one after the other, each measured with the ones before it. All branches of a step then come from
 * the same earlier step, which keeps features consistent, and makes a good plan for a router to
 * start from.
 */
final class StepDescent {
  /** Steps measured anew for each choice; the order of the others is that of the last time. */
  private static final int CANDIDATES = 6;

  private static final Comparator<Step> BY_CHANGE = Comparator.comparingDouble(Step::change);

  private final PlanTarget target;

  StepDescent(PlanTarget target) {
    this.target = target;
  }

  /**
   * Searches. With C candidates and k steps to reuse about T (T / 2 + C k / 2) forwards.
   *
   * @param errors measures plans
   * @param start the plan to start from, such as the one that computes everything
   * @param listener told of the plan after each choice
   * @return the plan; the last step chosen may take it past the target
   */
  CachePlan search(PlanErrors errors, CachePlan start, PlanSearchListener listener) {
    CachePlan plan = start;
    List<Step> open = new ArrayList<>();
    for (int step = 1; step < plan.steps(); step++) {
      open.add(new Step(step, 0));
    }
    int candidates = open.size();
    while (!target.metBy(plan) && !open.isEmpty()) {
      List<Step> tried = new ArrayList<>(open.subList(0, Math.min(candidates, open.size())));
      CachePlan now = plan;
      List<CachePlan> variants = tried.stream().map(step -> without(now, step.number())).toList();
      PlanErrors.Measured measured = errors.of(plan, variants);
      for (int i = 0; i < tried.size(); i++) {
        double change = measured.variants().get(i) - measured.base();
        open.set(i, new Step(tried.get(i).number(), change));
      }
      Step best = open.subList(0, tried.size()).stream().min(BY_CHANGE).orElseThrow();
      open.remove(best);
      open.sort(BY_CHANGE);
      plan = without(plan, best.number());
      listener.afterRound(
          new MeasuredPlan(plan, target.cost().total(plan), measured.base() + best.change()),
          errors.forwards());
      candidates = CANDIDATES;
    }
    return plan;
  }

  /** A step and by how much the error rose when it was last measured. */
  private record Step(int number, double change) {}

  private static CachePlan without(CachePlan plan, int reused) {
    return CachePlan.of(
        plan.steps(),
        plan.branches(),
        (step, branch) -> step != reused && plan.computes(step, branch));
  }
}
