package io.harmonica.train;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.ComputeCost;

/**
 * Steers a training towards a cost: branches have prices in proportion to what they cost, and the
 * price of all, beta, rises while the router's plan costs too much and falls while it costs too
 * little (dual ascent on the constraint). A slow hand: a fast one makes rows of branches swing.
 *
 * @param target what the plan may cost
 */
public record Steering(PlanTarget target) {
  private static final double GAIN = 1;

  /** The price after a trajectory. */
  double next(double beta, CachePlan plan) {
    double most = (double) target.cost().full() * plan.steps();
    return beta * Math.exp(-GAIN * target.slack(plan) / most);
  }

  /** What each branch is weighed with in the loss; 1 on average. */
  float[] weights(int branches) {
    ComputeCost cost = target.cost();
    double mean = (double) (cost.full() - cost.fixed()) / branches;
    float[] weights = new float[branches];
    for (int branch = 0; branch < branches; branch++) {
      weights[branch] = (float) (cost.branch(branch) / mean);
    }
    return weights;
  }
}
