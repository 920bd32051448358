package io.harmonica.train;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import java.util.Arrays;

/**
 * Finds the price that clears the market for computation. A logit rises where computing its branch
 * lowers the loss by more than beta for a unit of cost, and falls elsewhere; so a router ends at
 * the plan of those branches that are worth more than beta, and the price to ask is the one whose
 * plan costs what was asked for. It is known long before logits have moved.
 *
 * @param target what the plan may cost
 * @param steps T
 * @param branches branches of a step
 */
record ClearingPrice(PlanTarget target, int steps, int branches) {
  /** How much of a branch's worth is what it was before: one batch is noisy. */
  private static final float MEMORY = 0.9f;

  Price next(Price price, float[][] newest) {
    float[][] worth = averaged(price.worth(), newest);
    return new Price(Math.max(0, clearing(worth)), worth);
  }

  /** Averages over trajectories, for a unit of cost. */
  private float[][] averaged(float[][] before, float[][] newest) {
    float[] weights = target.weights(branches);
    float[][] averages = new float[steps][branches];
    for (int step = 1; step < steps; step++) {
      for (int branch = 0; branch < branches; branch++) {
        // What costs nothing is on no market.
        float now = weights[branch] > 0 ? newest[step][branch] / weights[branch] : 0;
        averages[step][branch] =
            before.length == 0 ? now : MEMORY * before[step][branch] + (1 - MEMORY) * now;
      }
    }
    return averages;
  }

  /** The least of all worths at which the branches worth more meet the target. */
  private double clearing(float[][] worth) {
    if (steps == 1) {
      return 0; // the only step computes everything, whatever that costs
    }
    double[] prices = new double[(steps - 1) * branches];
    int count = 0;
    for (int step = 1; step < steps; step++) {
      for (float each : worth[step]) {
        prices[count++] = each;
      }
    }
    Arrays.sort(prices);
    int low = 0;
    int high = prices.length - 1;
    while (low < high) {
      int middle = (low + high) >>> 1;
      double price = prices[middle];
      CachePlan plan =
          CachePlan.of(steps, branches, (step, branch) -> step == 0 || worth[step][branch] > price);
      if (target.metBy(plan)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return prices[low];
  }
}
