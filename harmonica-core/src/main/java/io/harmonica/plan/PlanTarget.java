package io.harmonica.plan;

import java.util.Arrays;

/**
 * What a plan may cost at most. Any unit will do: MACs, nanoseconds measured, or one for each
 * branch, which makes the cost a cache utilisation ratio.
 *
 * @param cost what the model's parts cost
 * @param total the most that a whole trajectory may cost
 */
public record PlanTarget(ComputeCost cost, long total) {

  /**
   * Asks for a theoretical speed-up.
   *
   * @param cost what the model's parts cost
   * @param steps number of steps T
   * @param speedup cost without a cache / cost with the plan, at least 1
   * @return the target
   * @throws IllegalArgumentException if the speed-up is less than 1 or more than a run that
   *     computes only its first step has
   */
  public static PlanTarget speedup(ComputeCost cost, int steps, double speedup) {
    long least = cost.full() + (steps - 1) * cost.fixed();
    double most = (double) cost.full() * steps / least;
    if (!(speedup >= 1 && speedup <= most)) {
      throw new IllegalArgumentException(
          "target speed-up is %s, expected 1 to %.3f, the most that %d steps of this model reach"
              .formatted(speedup, most, steps));
    }
    return new PlanTarget(cost, (long) Math.floor((double) cost.full() * steps / speedup));
  }

  /**
   * Asks for a cache utilisation ratio; every branch counts alike.
   *
   * @param steps number of steps T
   * @param branches number of branches
   * @param utilisation CUR to reach, from 0 to (T - 1) / T
   * @return the target
   * @throws IllegalArgumentException if the ratio is out of range
   */
  public static PlanTarget utilisation(int steps, int branches, double utilisation) {
    double most = (steps - 1.0) / steps;
    if (!(utilisation >= 0 && utilisation <= most)) {
      throw new IllegalArgumentException(
          "target cache utilisation is %s, expected 0 to %.3f, the most that %d steps reach"
              .formatted(utilisation, most, steps));
    }
    long[] ones = new long[branches];
    Arrays.fill(ones, 1);
    long cells = (long) steps * branches;
    return new PlanTarget(new ComputeCost(0, ones), cells - Math.round(utilisation * cells));
  }

  /**
   * Asks for what a plan costs.
   *
   * @param cost what the model's parts cost
   * @param plan the plan to match
   * @return the target
   */
  public static PlanTarget of(ComputeCost cost, CachePlan plan) {
    return new PlanTarget(cost, cost.total(plan));
  }

  /**
   * Returns how much less than allowed a plan costs.
   *
   * @param plan the plan
   * @return negative if it costs more than allowed
   */
  public long slack(CachePlan plan) {
    return total - cost.total(plan);
  }

  /**
   * Tells whether a plan is cheap enough.
   *
   * @param plan the plan
   * @return true if it costs no more than allowed
   */
  public boolean metBy(CachePlan plan) {
    return slack(plan) >= 0;
  }

  /**
   * Weighs the branches by their cost, as a loss that steers towards the target does.
   *
   * @param branches number of branches
   * @return one weight for each branch; 1 on average
   */
  public float[] weights(int branches) {
    double mean = (double) (cost.full() - cost.fixed()) / branches;
    float[] weights = new float[branches];
    for (int branch = 0; branch < branches; branch++) {
      weights[branch] = (float) (cost.branch(branch) / mean);
    }
    return weights;
  }
}
