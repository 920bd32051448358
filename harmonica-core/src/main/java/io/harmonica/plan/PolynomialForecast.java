package io.harmonica.plan;

import java.io.Serializable;

/**
 * The polynomial through a branch's last computed outputs, continued to the step: Lagrange's
 * extrapolation. Unlike a {@linkplain TaylorForecast Taylor sum} over differences it is exact for
 * whatever moves as a polynomial of that order, but it makes noise larger. An order is used as soon
 * as its history is there.
 *
 * @param order of the polynomial; 0 repeats
 * @serial exclude
 */
@SuppressWarnings("InvalidBlockTag") // a serialised form is no promise, wherever it is said
public record PolynomialForecast(int order) implements ForecastRule, Serializable {

  /**
   * Checks the order.
   *
   * @param order see the record
   * @throws IllegalArgumentException if it is not from 0 to 4
   */
  public PolynomialForecast {
    Forecast.requireOrder("polynomial", order);
  }

  @Override
  public Forecast forecast(int step, int branch, int[] history) {
    float[] weights = new float[Math.min(order, history.length - 1) + 1];
    for (int k = 0; k < weights.length; k++) {
      double weight = 1;
      for (int j = 0; j < weights.length; j++) {
        if (j != k) {
          weight *= (double) (step - history[j]) / (history[k] - history[j]);
        }
      }
      weights[k] = (float) weight;
    }
    return Forecast.of(weights);
  }
}
