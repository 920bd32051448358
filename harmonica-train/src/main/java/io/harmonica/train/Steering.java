package io.harmonica.train;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;

/**
 * Steers a training towards a cost: branches have prices in proportion to what they cost, and the
 * price of all, beta, follows the target by a rule.
 *
 * @param target what the plan may cost
 * @param rule how the price follows it
 */
public record Steering(PlanTarget target, PriceRule rule) {

  /** The price after a trajectory; see {@link PriceRule#next}. */
  Price next(Price price, CachePlan plan, float[][] worth) {
    return rule.next(price, target, plan, worth);
  }
}
