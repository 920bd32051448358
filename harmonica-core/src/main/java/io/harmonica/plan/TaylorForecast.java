package io.harmonica.plan;

import java.io.Serializable;

/**
 * TaylorSeer's forecast (Liu et al., 2025): a Taylor sum over differences that are taken anew at
 * every computed step. With the history s0 &gt; s1 &gt; ..., f_0(s_j) = h_j and f_i(s_j) =
 * (f_{i-1}(s_j) - f_{i-1}(s_{j+1})) / (s_j - s_{j+1}); the output at step s is the sum of f_i(s0)
 * (s - s0)^i / i!. An order is used as soon as its history is there. All of it is linear in the
 * history, so that it comes down to a weight for each output.
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
    if (order < 0 || order >= Forecast.MOST_TERMS) {
      throw new IllegalArgumentException(
          "Taylor order is " + order + ", expected 0 to " + (Forecast.MOST_TERMS - 1));
    }
  }

  @Override
  public Forecast forecast(int step, int branch, int[] history) {
    int most = Math.min(order, history.length - 1);
    // differences[j][k] is the weight of h_k in f_i(s_j), order by order.
    double[][] differences = new double[most + 1][most + 1];
    for (int j = 0; j <= most; j++) {
      differences[j][j] = 1;
    }
    double[] sum = new double[most + 1];
    double factor = 1;
    for (int i = 0; i <= most; i++) {
      for (int k = 0; k <= most; k++) {
        sum[k] += factor * differences[0][k];
      }
      factor *= (double) (step - history[0]) / (i + 1);
      for (int j = 0; j < most - i; j++) {
        double distance = history[j] - history[j + 1];
        for (int k = 0; k <= most; k++) {
          differences[j][k] = (differences[j][k] - differences[j + 1][k]) / distance;
        }
      }
    }
    float[] weights = new float[most + 1];
    for (int k = 0; k <= most; k++) {
      weights[k] = (float) sum[k];
    }
    return Forecast.of(weights);
  }
}
