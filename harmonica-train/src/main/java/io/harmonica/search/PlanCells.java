package io.harmonica.search;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The run state of a search over the cells of a plan: the plan as it is, and for each step after
 * the first and each branch how the error of x_0 would change if that one cell were switched. A
 * change goes stale when the plan moves on, and is then measured anew only when it matters.
 */
final class PlanCells {
  private final PlanErrors errors;
  private final PlanTarget target;
  private final PlanSearchListener listener;
  private final List<MeasuredPlan> path = new ArrayList<>();
  private final long firstForward;
  private final long lastForward;
  private final int branches;
  private final double[] changes;
  private final BitSet fresh = new BitSet();
  private CachePlan plan;
  private double error;

  PlanCells(
      PlanErrors errors,
      PlanTarget target,
      CachePlan start,
      long budget,
      PlanSearchListener listener) {
    this.errors = errors;
    this.target = target;
    this.plan = start;
    this.listener = listener;
    this.branches = start.branches();
    this.firstForward = errors.forwards();
    this.lastForward = firstForward + Math.min(budget, Long.MAX_VALUE / 2);
    this.changes = new double[start.steps() * branches];
    Arrays.fill(changes, Double.POSITIVE_INFINITY);
  }

  CachePlan plan() {
    return plan;
  }

  /** Puts the plan, which was measured, on the path. */
  void report() {
    MeasuredPlan measured = new MeasuredPlan(plan, target.cost().total(plan), error);
    path.add(measured);
    listener.afterRound(measured, errors.forwards() - firstForward);
  }

  PlanSearchResult result() {
    return new PlanSearchResult(path, errors.forwards() - firstForward);
  }

  boolean computes(int cell) {
    return plan.computes(cell / branches, cell % branches);
  }

  boolean fresh(int cell) {
    return fresh.get(cell);
  }

  double change(int cell) {
    return changes[cell];
  }

  long weight(int cell) {
    return target.cost().branch(cell % branches);
  }

  /** The change of the error for each unit of cost that switching the cell moves. */
  double changePerCost(int cell) {
    return changes[cell] / weight(cell);
  }

  boolean sameBranch(int cell, Collection<Integer> others) {
    return others.stream().anyMatch(other -> other % branches == cell % branches);
  }

  /** The cells that have a cost and meet a condition, the best first. */
  List<Integer> ordered(IntPredicate condition) {
    return IntStream.range(branches, changes.length)
        .filter(cell -> weight(cell) > 0)
        .filter(condition)
        .boxed()
        .sorted(Comparator.comparingDouble(this::changePerCost))
        .toList();
  }

  /** The plan with some cells switched. */
  CachePlan switched(Collection<Integer> cells) {
    return switched(plan, cells);
  }

  /** A plan with some cells switched. */
  static CachePlan switched(CachePlan plan, Collection<Integer> cells) {
    BitSet flips = new BitSet();
    cells.forEach(flips::set);
    int branches = plan.branches();
    return CachePlan.of(
        plan.steps(),
        branches,
        (step, branch) -> plan.computes(step, branch) ^ flips.get(step * branches + branch));
  }

  /**
   * Measures the plan, and the switch of as many of the cells as the budget allows, in their order.
   *
   * @return how many cells were measured
   */
  int measure(List<Integer> cells) {
    List<Integer> affordable = new ArrayList<>();
    long left = lastForward - errors.forwards() - plan.steps();
    for (int cell : cells) {
      left -= plan.steps() - cell / branches;
      if (left < 0) {
        break;
      }
      affordable.add(cell);
    }
    PlanErrors.Measured measured =
        errors.of(plan, affordable.stream().map(cell -> switched(List.of(cell))).toList());
    error = measured.base();
    for (int i = 0; i < affordable.size(); i++) {
      changes[affordable.get(i)] = measured.variants().get(i) - error;
      fresh.set(affordable.get(i));
    }
    return affordable.size();
  }

  /**
   * Measures sets of switches against the plan as it is.
   *
   * @return the one with the least error if that is below the plan's, else an empty list
   */
  List<Integer> bestOf(List<List<Integer>> switches) {
    long cost = plan.steps();
    List<List<Integer>> affordable = new ArrayList<>();
    for (List<Integer> set : switches) {
      cost += plan.steps() - Collections.min(set) / branches;
      if (affords(cost)) {
        affordable.add(set);
      }
    }
    if (affordable.isEmpty()) {
      return List.of();
    }
    PlanErrors.Measured measured =
        errors.of(plan, affordable.stream().map(this::switched).toList());
    int best = 0;
    for (int i = 1; i < affordable.size(); i++) {
      if (measured.variants().get(i) < measured.variants().get(best)) {
        best = i;
      }
    }
    return measured.variants().get(best) < error ? affordable.get(best) : List.of();
  }

  /** Whether so many more forwards are within the budget. */
  boolean affords(long forwards) {
    return errors.forwards() + forwards <= lastForward;
  }

  /**
   * Moves on to the plan with some cells switched; its error is not known before it is measured.
   */
  void move(Collection<Integer> cells) {
    plan = switched(cells);
    fresh.clear();
    // Switching back would undo what switching did, as far as is known.
    cells.forEach(cell -> changes[cell] = -changes[cell]);
  }
}
