package io.harmonica.plan;

import java.io.Serializable;

/**
 * HiCache's forecast (Feng et al., 2025): TaylorSeer's {@linkplain Differences differences}, with
 * Hermite polynomials in place of powers. The output at step s is h_0 + the sum of H_i(c (s - s0))
 * c^i f_i(s0) / i! for i from 1 on, with s0 the newest computed step, c the scale and H_i the
 * physicists' polynomials: H_1(x) = 2x, H_2(x) = 4x^2 - 2, H_3(x) = 8x^3 - 12x. A small scale holds
 * the forecast back. An order is used as soon as its history is there.
 *
 * @param order the highest order; 0 repeats
 * @param scale c, above 0 and at most 1
 * @serial exclude
 */
@SuppressWarnings("InvalidBlockTag") // a serialised form is no promise, wherever it is said
public record HermiteForecast(int order, double scale) implements ForecastRule, Serializable {

  /**
   * Checks order and scale.
   *
   * @param order see the record
   * @param scale see the record
   * @throws IllegalArgumentException if one is out of range
   */
  public HermiteForecast {
    Forecast.requireOrder("Hermite", order);
    if (!(scale > 0 && scale <= 1)) {
      throw new IllegalArgumentException(
          "Hermite scale is " + scale + ", expected above 0 and at most 1, such as 0.5");
    }
  }

  @Override
  public Forecast forecast(int step, int branch, int[] history) {
    double x = scale * (step - history[0]);
    double[] factors = new double[Math.min(order, history.length - 1) + 1];
    double older = 0;
    double polynomial = 1;
    double power = 1;
    factors[0] = 1;
    for (int i = 1; i < factors.length; i++) {
      double next = 2 * x * polynomial - 2 * (i - 1) * older;
      older = polynomial;
      polynomial = next;
      power *= scale / i;
      factors[i] = power * polynomial;
    }
    return Differences.sum(history, factors);
  }
}
