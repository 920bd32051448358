package io.harmonica.plan;

import java.io.Serializable;

/**
 * TaylorSeer's forecast (Liu et al., 2025): a Taylor sum over {@linkplain Differences differences}
 * that are taken anew at every computed step. The output at step s is the sum of f_i(s0) (s - s0)^i
 * / i!, with s0 the newest computed step. An order is used as soon as its history is there.
 *
 * @param order the highest order; 0 repeats
 * @serial exclude
 */
@SuppressWarnings("InvalidBlockTag") // a serialised form is no promise, wherever it is said
public record TaylorForecast(int order) implements ForecastRule, Serializable {

  /**
   * Checks the order.
   *
   * @param order see the record
   * @throws IllegalArgumentException if it is not from 0 to 4
   */
  public TaylorForecast {
    Forecast.requireOrder("Taylor", order);
  }

  @Override
  public Forecast forecast(int step, int branch, int[] history) {
    double[] factors = new double[Math.min(order, history.length - 1) + 1];
    factors[0] = 1;
    for (int i = 1; i < factors.length; i++) {
      factors[i] = factors[i - 1] * ((double) (step - history[0]) / i);
    }
    return Differences.sum(history, factors);
  }
}
