package io.harmonica.plan;

/**
 * Differences of a branch's computed outputs. With the history s0 &gt; s1 &gt; ..., f_0(s_j) = h_j
 * and f_i(s_j) = (f_{i-1}(s_j) - f_{i-1}(s_{j+1})) / (s_j - s_{j+1}). Each stands for the i-th
 * derivative. All of it is linear in the history, so that any sum of them comes down to a weight
 * for each output.
 */
final class Differences {
  private Differences() {}

  /**
   * Sums the differences at the newest computed step.
   *
   * @param history the computed steps, newest first
   * @param factors of f_0, f_1 and so on; at most as many as there are steps in the history
   * @return the sum as a weight for each output
   */
  static Forecast sum(int[] history, double... factors) {
    int terms = factors.length;
    // differences[j][k] is the weight of h_k in f_i(s_j), order by order.
    double[][] differences = new double[terms][terms];
    for (int j = 0; j < terms; j++) {
      differences[j][j] = 1;
    }
    double[] sum = new double[terms];
    for (int i = 0; i < terms; i++) {
      for (int k = 0; k < terms; k++) {
        sum[k] += factors[i] * differences[0][k];
      }
      for (int j = 0; j < terms - 1 - i; j++) {
        double distance = history[j] - history[j + 1];
        for (int k = 0; k < terms; k++) {
          differences[j][k] = (differences[j][k] - differences[j + 1][k]) / distance;
        }
      }
    }
    float[] weights = new float[terms];
    for (int k = 0; k < terms; k++) {
      weights[k] = (float) sum[k];
    }
    return Forecast.of(weights);
  }
}
