package io.harmonica.train;

import io.harmonica.plan.TaylorForecast;
import java.io.Serializable;
import java.util.Arrays;

/**
 * The loss of a step: lambda(t) mean((teacher - student)^2) + beta sum(r).
 *
 * @param lambda the image error proxy's weight of each step, [T]
 * @param prices the price of computing each branch, [branches]; published as one beta for all
 * @param threshold tau: r above it computes
 * @param rule how the student runs
 * @param forecast what stands in for a branch that is not computed; order 0 repeats, as published
 */
@SuppressWarnings("ArrayRecordComponent") // made anew for each trajectory, never compared
record SdtObjective(
    float[] lambda, float[] prices, double threshold, StudentRule rule, TaylorForecast forecast)
    implements Serializable {

  SdtObjective(float[] lambda, double beta, int branches, double threshold, StudentRule rule) {
    this(lambda, same(beta, branches), threshold, rule, new TaylorForecast(0));
  }

  private static float[] same(double beta, int branches) {
    float[] prices = new float[branches];
    Arrays.fill(prices, (float) beta);
    return prices;
  }

  double loss(int step, double error, float[] logits) {
    double price = 0;
    for (int branch = 0; branch < logits.length; branch++) {
      price += prices[branch] / (1 + Math.exp(-logits[branch]));
    }
    return lambda[step] * error + price;
  }
}
