package io.harmonica.train;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import io.harmonica.router.Router;
import java.util.Set;
import java.util.TreeSet;

/** Chooses the threshold at which a trained router's plan meets a cost. */
public final class ThresholdChoice {
  private ThresholdChoice() {}

  /**
   * Finds the lowest threshold that meets the target. Scores at the upper {@linkplain Router#LIMIT
   * limit} are never reused: they may be those of steps that always compute, as in
   * Learning-to-Cache.
   *
   * @param scores the trained scores
   * @param target what the plan may cost
   * @return the threshold, half-way between two scores
   * @throws IllegalArgumentException if even the highest threshold reuses too little
   */
  public static double meeting(Router scores, PlanTarget target) {
    double limit = score(Router.LIMIT);
    TreeSet<Double> known = new TreeSet<>(Set.of(limit));
    for (float[] row : scores.logits()) {
      for (float logit : row) {
        known.add(Math.min(limit, score(logit)));
      }
    }
    double below = 0;
    CachePlan plan = scores.withThreshold(below).uncheckedPlan();
    for (double score : known) {
      double threshold = (below + score) / 2;
      plan = scores.withThreshold(threshold).uncheckedPlan();
      if (target.metBy(plan)) {
        return threshold;
      }
      below = score;
    }
    throw new IllegalArgumentException(
        "the router reuses %.3f of all branches at most, which costs %d, the target is %d; ask for less"
            .formatted(plan.cacheUtilisation(), target.cost().total(plan), target.total()));
  }

  private static double score(float logit) {
    return 1 / (1 + Math.exp(-logit));
  }
}
