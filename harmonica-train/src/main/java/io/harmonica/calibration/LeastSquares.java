package io.harmonica.calibration;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds the weights w of past outputs h0, h1, ... that minimise |f - w0 h0 - w1 h1 - ...|^2 for an
 * output f, over all its values. Neighbouring outputs are nearly the same, so the problem is solved
 * for f - h0 in the differences h0, h0 - h1, h0 - 2 h1 + h2, ..., where rounding does no harm. A
 * tiny ridge on their weights settles what the outputs leave open: then the forecast repeats h0.
 */
final class LeastSquares {
  /** Of the largest sum of squares: what float32 rounds off is below it, real change above. */
  private static final double RIDGE = 1e-10;

  private LeastSquares() {}

  /**
   * Fits.
   *
   * @param fresh f, any shape, FLOAT32
   * @param history outputs of the same shape, newest first; at least one
   * @return a weight for each output
   */
  static float[] weights(NDArray fresh, List<NDArray> history) {
    int terms = history.size();
    double[] products;
    try (NDManager scope = fresh.getManager().newSubManager()) {
      NDList rows = new NDList();
      for (NDArray difference : differences(scope, history)) {
        rows.add(row(difference));
      }
      NDArray newest = rows.head();
      rows.add(row(owned(scope, fresh)).sub(newest));
      NDArray matrix = NDArrays.stack(rows);
      products = matrix.matMul(matrix.transpose()).toDoubleArray();
    }
    double[][] normal = new double[terms][terms];
    double[] right = new double[terms];
    for (int i = 0; i < terms; i++) {
      System.arraycopy(products, i * (terms + 1), normal[i], 0, terms);
      right[i] = products[i * (terms + 1) + terms];
    }
    return onOutputs(solve(normal, right));
  }

  /** The newest output, and the differences of every order at it. */
  private static List<NDArray> differences(NDManager scope, List<NDArray> history) {
    List<NDArray> level = history.stream().map(each -> owned(scope, each)).toList();
    List<NDArray> differences = new ArrayList<>();
    while (!level.isEmpty()) {
      differences.add(level.get(0));
      List<NDArray> next = new ArrayList<>();
      for (int i = 1; i < level.size(); i++) {
        next.add(level.get(i - 1).sub(level.get(i)));
      }
      level = next;
    }
    return differences;
  }

  private static NDArray owned(NDManager scope, NDArray array) {
    NDArray copy = array.duplicate();
    copy.attach(scope);
    return copy;
  }

  private static NDArray row(NDArray array) {
    return array.flatten().toType(DataType.FLOAT64, false);
  }

  /** Gaussian elimination; the ridge makes the matrix positive definite, so no pivot is zero. */
  private static double[] solve(double[][] normal, double[] right) {
    int n = right.length;
    double largest = Double.MIN_NORMAL;
    for (int i = 0; i < n; i++) {
      largest = Math.max(largest, normal[i][i]);
    }
    for (int i = 0; i < n; i++) {
      normal[i][i] += RIDGE * largest;
    }
    for (int i = 0; i < n; i++) {
      for (int j = i + 1; j < n; j++) {
        double factor = normal[j][i] / normal[i][i];
        for (int k = i; k < n; k++) {
          normal[j][k] -= factor * normal[i][k];
        }
        right[j] -= factor * right[i];
      }
    }
    double[] solution = new double[n];
    for (int i = n - 1; i >= 0; i--) {
      double sum = right[i];
      for (int k = i + 1; k < n; k++) {
        sum -= normal[i][k] * solution[k];
      }
      solution[i] = sum / normal[i][i];
    }
    return solution;
  }

  /** From weights of differences to weights of outputs: binomials with alternating signs. */
  private static float[] onOutputs(double[] ofDifferences) {
    int n = ofDifferences.length;
    double[] weights = new double[n];
    weights[0] = 1;
    double[] row = {1};
    for (int order = 0; order < n; order++) {
      for (int k = 0; k <= order; k++) {
        weights[k] += ofDifferences[order] * row[k];
      }
      double[] next = new double[order + 2];
      for (int k = 0; k <= order; k++) {
        next[k] += row[k];
        next[k + 1] -= row[k];
      }
      row = next;
    }
    float[] rounded = new float[n];
    for (int k = 0; k < n; k++) {
      rounded[k] = (float) weights[k];
    }
    return rounded;
  }
}
