package io.harmonica.diffusion;

/**
 * Weights of an exponential Adams method: a function known at a few nodes is replaced by the
 * polynomial through them, and that is integrated exactly against the exponential which the linear
 * part of a diffusion equation leaves behind.
 */
final class AdamsWeights {
  private AdamsWeights() {}

  /**
   * Computes w_i = integral from 0 to h of exp(a (u - h)) l_i(u) du, where l_i is the Lagrange
   * polynomial that is 1 at node i and 0 at the others.
   *
   * <p>With two nodes the integral of exp(a (u - h)) u becomes h^2 / 2, as SA-Solver's authors do:
   * a change of third order in h, below the method's own error, that helps when steps are few.
   *
   * @param a the rate of the exponential, positive
   * @param h the step, positive; may be infinite with one node
   * @param nodes where the function is known, relative to the start of the step; all different
   * @return one weight per node
   */
  static double[] of(double a, double h, double[] nodes) {
    double[] moments = moments(a, h, nodes.length);
    double[] weights = new double[nodes.length];
    for (int i = 0; i < nodes.length; i++) {
      double[] polynomial = lagrange(nodes, i);
      for (int power = 0; power < nodes.length; power++) {
        weights[i] += polynomial[power] * moments[power];
      }
    }
    return weights;
  }

  /** The integrals of exp(a (u - h)) u^k, each from the one before by parts. */
  private static double[] moments(double a, double h, int count) {
    double[] moments = new double[count];
    moments[0] = -Math.expm1(-a * h) / a;
    for (int k = 1; k < count; k++) {
      moments[k] = (Math.pow(h, k) - k * moments[k - 1]) / a;
    }
    if (count == 2) {
      moments[1] = h * h / 2;
    }
    return moments;
  }

  /** Multiplies out (u - node j) / (node i - node j) over all other nodes; lowest power first. */
  private static double[] lagrange(double[] nodes, int i) {
    double[] product = new double[nodes.length];
    product[0] = 1;
    for (int j = 0; j < nodes.length; j++) {
      if (j != i) {
        double distance = nodes[i] - nodes[j];
        for (int power = nodes.length - 1; power >= 0; power--) {
          double lower = power > 0 ? product[power - 1] : 0;
          product[power] = (lower - nodes[j] * product[power]) / distance;
        }
      }
    }
    return product;
  }
}
