package io.harmonica.train;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;

/** How the price of computing follows a target. */
public enum PriceRule {
  /**
   * Rises while the router's plan costs too much and falls while it costs too little (dual ascent
   * on the constraint): for a training that starts near its target. From afar it is late by as long
   * as logits take to the threshold, and in that time the price outgrows the error.
   */
  DUAL_ASCENT {
    @Override
    Price first(double beta) {
      return Price.of(beta);
    }

    @Override
    Price next(Price price, PlanTarget target, CachePlan plan, float[][] worth) {
      double most = (double) target.cost().full() * plan.steps();
      double beta = price.beta() * Math.exp(-GAIN * target.slack(plan) / most);
      return new Price(beta, price.worth());
    }
  },
  /**
   * The price at which {@linkplain ClearingPrice the market clears}: for a training that starts
   * anywhere. It needs a student whose gradient tells of every branch what computing it is worth,
   * also of those that are computed.
   */
  CLEARING {
    /** Nothing: AdamW would remember for long a price that is far from what branches are worth. */
    @Override
    Price first(double beta) {
      return Price.of(0);
    }

    @Override
    Price next(Price price, PlanTarget target, CachePlan plan, float[][] worth) {
      return new ClearingPrice(target, plan.steps(), plan.branches()).next(price, worth);
    }
  };

  /** A slow hand: a fast one makes rows of branches swing. */
  private static final double GAIN = 1;

  /**
   * The price in the first trajectory.
   *
   * @param beta a guess
   */
  abstract Price first(double beta);

  /**
   * The price after a trajectory.
   *
   * @param price the price in it
   * @param target what the plan may cost
   * @param plan the router's plan after it
   * @param worth what computing each branch was worth in it, see {@link SdtResult#worth}
   */
  abstract Price next(Price price, PlanTarget target, CachePlan plan, float[][] worth);
}
