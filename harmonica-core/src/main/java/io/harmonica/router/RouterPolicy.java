package io.harmonica.router;

import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.plan.ModelFit;

/**
 * Follows a learned router (HarmoniCa): a branch is computed where its score is above a threshold.
 *
 * @param scores the router
 * @param threshold tau
 */
public record RouterPolicy(RouterScores scores, double threshold) implements CachePolicy {

  /**
   * Checks the threshold.
   *
   * @param scores see the record
   * @param threshold see the record
   * @throws IllegalArgumentException if it is not from 0 to 1
   */
  public RouterPolicy {
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new IllegalArgumentException("threshold is " + threshold + ", expected 0 to 1");
    }
  }

  @Override
  public CachePlan plan(int steps, BranchLayout layout) {
    if (scores.steps() != steps) {
      throw new IllegalArgumentException(
          "the router is for %d steps, this run has %d; give --steps %d or train another router"
              .formatted(scores.steps(), steps, scores.steps()));
    }
    if (scores.branches() != layout.branches()) {
      throw new IllegalArgumentException(
          "the router is for %d branches, this model has %d (%d blocks of %s)"
              .formatted(scores.branches(), layout.branches(), layout.blocks(), layout.kinds()));
    }
    return scores.plan(threshold);
  }

  @Override
  public void requireFit(ModelFit run) {
    scores.provenance().requireFit(run.model(), run.modelHash(), run.sampler());
  }

  @Override
  public String name() {
    return "router";
  }
}
