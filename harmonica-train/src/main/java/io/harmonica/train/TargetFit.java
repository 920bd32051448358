package io.harmonica.train;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Cell;
import io.harmonica.plan.ForecastRule;
import io.harmonica.plan.PlanTarget;
import io.harmonica.router.Router;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * Brings a trained router to its target, which a steered training comes near to but seldom meets:
 * the branches with the lowest logits are no longer computed until the plan is cheap enough, and
 * what is left over goes to those with the highest.
 *
 * @param target what the plan may cost
 * @param threshold tau
 */
record TargetFit(PlanTarget target, double threshold) {
  /** How far from tau a logit lies that had to change sides. */
  private static final float MARGIN = 0.2f;

  TrainableRouter fit(TrainableRouter router) {
    CachePlan plan = plan(router);
    float limit = (float) Math.log(threshold / (1 - threshold));
    float[][] logits = new float[router.steps()][];
    for (int step = 0; step < logits.length; step++) {
      logits[step] = router.logits(step);
      for (int branch = 0; branch < logits[step].length; branch++) {
        logits[step][branch] =
            plan.computes(step, branch)
                ? Math.max(logits[step][branch], Math.min(Router.LIMIT, limit + MARGIN))
                : Math.min(logits[step][branch], Math.max(-Router.LIMIT, limit - MARGIN));
      }
    }
    return TrainableRouter.of(logits);
  }

  private CachePlan plan(TrainableRouter router) {
    CachePlan plan = router.plan(threshold);
    float[][] logits = router.state().logits();
    List<Cell> cells = new ArrayList<>();
    for (int step = 1; step < plan.steps(); step++) {
      for (int branch = 0; branch < plan.branches(); branch++) {
        cells.add(new Cell(step, branch));
      }
    }
    cells.sort(Comparator.comparingDouble(cell -> logits[cell.step()][cell.branch()]));
    for (Cell cell : cells) {
      if (!target.metBy(plan) && plan.computes(cell)) {
        plan = plan.switched(List.of(cell), ForecastRule.REUSE);
      }
    }
    Collections.reverse(cells);
    for (Cell cell : cells) {
      CachePlan more = plan.switched(List.of(cell), ForecastRule.REUSE);
      if (!plan.computes(cell) && target.metBy(more)) {
        plan = more;
      }
    }
    return plan;
  }
}
