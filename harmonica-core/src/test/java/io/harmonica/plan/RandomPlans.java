package io.harmonica.plan;

import java.util.Random;

/** Plans with forecasts of every kind, for properties that hold for all of them. */
public final class RandomPlans {
  private RandomPlans() {}

  /**
   * Draws a plan: some branches only repeat, the others weigh one to five outputs.
   *
   * @param halves 2 to weigh the halves of a guided batch differently here and there
   */
  public static CachePlan draw(Random random, int steps, int branches, int halves) {
    double share = random.nextDouble();
    CachePlan cells = CachePlan.of(steps, branches, (step, branch) -> random.nextDouble() < share);
    boolean[] repeating = new boolean[branches];
    for (int branch = 0; branch < branches; branch++) {
      repeating[branch] = random.nextInt(3) == 0;
    }
    return cells.forecasting(
        (step, branch, history) -> {
          if (repeating[branch] || random.nextInt(4) == 0) {
            return Forecast.REUSE;
          }
          int terms = 1 + random.nextInt(Math.min(history.length, Forecast.MOST_TERMS));
          return halves == 2 && random.nextBoolean()
              ? Forecast.ofHalves(weights(random, terms), weights(random, terms))
              : Forecast.of(weights(random, terms));
        });
  }

  private static float[] weights(Random random, int terms) {
    float[] weights = new float[terms];
    for (int term = 0; term < terms; term++) {
      weights[term] = 4 * random.nextFloat() - 2;
    }
    return weights;
  }
}
