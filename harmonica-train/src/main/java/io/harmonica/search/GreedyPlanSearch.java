package io.harmonica.search;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks for the plan of a given cost with the least error of x_0 on a calibration batch, by
 * measuring what single cells change: an upper bound that no rule knows, and a last polish for a
 * learned plan. Deterministic.
 *
 * <p>What it costs, in guided forward passes: one measurement of a cell at step s takes T - s,
 * since runs share what precedes it. The first look at all cells of T steps and B branches takes B
 * T (T - 1) / 2 + T, 4,580 at T = 20 with 24 branches. After that, changes are measured anew only
 * for the cells that look best (lazy evaluation; Minoux, 1978), several at a time.
 */
public final class GreedyPlanSearch {
  private final PlanTarget target;
  private final GreedySearchConfig config;

  /**
   * Creates a search.
   *
   * @param target what the plan may cost
   * @param config the settings
   */
  public GreedyPlanSearch(PlanTarget target, GreedySearchConfig config) {
    this.target = target;
    this.config = config;
  }

  /**
   * Switches cells from computing to reusing until the plan is cheap enough: always those that
   * raise the error least for each unit of cost that they save.
   *
   * @param errors measures plans
   * @param start where to start, such as the plan that computes everything
   * @param listener watches
   * @return the plans on the way down; the last one meets the target
   */
  public PlanSearchResult descend(PlanErrors errors, CachePlan start, PlanSearchListener listener) {
    CachePlan least = CachePlan.ofSteps(start.steps(), start.branches(), step -> false);
    if (!target.metBy(least)) {
      throw new IllegalArgumentException(
          "target cost is %d, but a plan of %d steps costs at least %d; ask for less speed-up"
              .formatted(target.total(), start.steps(), target.cost().total(least)));
    }
    PlanCells cells = new PlanCells(errors, target, start, config.budget(), listener);
    cells.measure(target.metBy(start) ? List.of() : cells.ordered(cells::computes));
    cells.report();
    while (!target.metBy(cells.plan())) {
      descendOnce(cells);
      cells.report();
    }
    return cells.result();
  }

  /**
   * Lowers the error of a plan that meets the target without leaving it: switches cells to
   * computing and pays for them by switching others to reusing, and moves computations of a branch
   * to a neighbouring step. Every change is measured before it is taken.
   *
   * @param errors measures plans
   * @param start the plan to polish
   * @param listener watches
   * @return the plans of the rounds, with falling errors; the last one meets the target
   * @throws IllegalArgumentException if the plan does not meet the target
   */
  public PlanSearchResult polish(PlanErrors errors, CachePlan start, PlanSearchListener listener) {
    if (!target.metBy(start)) {
      throw new IllegalArgumentException(
          "the plan to polish costs %d, more than the target %d; search downwards first"
              .formatted(target.cost().total(start), target.total()));
    }
    PlanCells cells = new PlanCells(errors, target, start, config.budget(), listener);
    new PlanPolish(cells, target, config.candidates()).run();
    return cells.result();
  }

  /** Moves by the cells that are known to be best now, after measuring until some are known. */
  private void descendOnce(PlanCells cells) {
    List<Integer> order = cells.ordered(cells::computes);
    boolean measuring = true;
    while (measuring && !cells.fresh(order.get(0))) {
      List<Integer> stale = order.stream().filter(cell -> !cells.fresh(cell)).toList();
      List<Integer> wanted = stale.subList(0, Math.min(config.candidates(), stale.size()));
      measuring = cells.affords(2L * cells.plan().steps()) && cells.measure(wanted) > 0;
      order = cells.ordered(cells::computes);
    }
    List<Integer> batch = new ArrayList<>();
    long missing = -target.slack(cells.plan());
    for (int cell : order) {
      // Out of budget, all that is missing goes by what was last known.
      boolean full = measuring && batch.size() >= config.moves();
      boolean unknown = measuring && !cells.fresh(cell);
      if (missing <= 0 || full || unknown) {
        break;
      }
      // Two cells of a branch change each other's effect too much to be judged one by one.
      if (!measuring || !cells.sameBranch(cell, batch)) {
        batch.add(cell);
        missing -= cells.weight(cell);
      }
    }
    cells.move(batch);
    List<Integer> next = cells.ordered(cells::computes);
    boolean done = !measuring || target.metBy(cells.plan());
    cells.measure(done ? List.of() : next.subList(0, Math.min(config.candidates(), next.size())));
  }
}
