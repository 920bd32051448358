package io.harmonica.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The weights against numerical integration. */
class AdamsWeightsTest {
  private static final double[] NODES = {0.3, 0, -0.2, -0.7};
  private static final int CELLS = 1000;

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 2", "3, 1", "3, 2", "4, 1", "4, 1.36", "4, 2"})
  void weightsAreIntegralsOfLagrangePolynomials(int order, double rate) {
    double h = 0.3;
    double[] nodes = Arrays.copyOf(NODES, order);
    double[] weights = AdamsWeights.of(rate, h, nodes);
    for (int i = 0; i < order; i++) {
      // Simpson's rule
      double sum = 0;
      for (int point = 0; point <= CELLS; point++) {
        double u = h * point / CELLS;
        int share = point == 0 || point == CELLS ? 1 : point % 2 == 0 ? 2 : 4;
        sum += share * Math.exp(rate * (u - h)) * lagrange(nodes, i, u);
      }
      assertThat(weights[i]).isCloseTo(sum * h / CELLS / 3, within(1e-10));
    }
  }

  private static double lagrange(double[] nodes, int i, double u) {
    double product = 1;
    for (int j = 0; j < nodes.length; j++) {
      if (j != i) {
        product *= (u - nodes[j]) / (nodes[i] - nodes[j]);
      }
    }
    return product;
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 2})
  void twoNodesTakeTheSlopeAsSaSolverDoes(double rate) {
    double h = 0.3;
    double[] weights = AdamsWeights.of(rate, h, new double[] {0, -0.2});
    double[] single = AdamsWeights.of(rate, h, new double[] {0});
    assertThat(weights[1]).isCloseTo(-h * h / 2 / 0.2, within(1e-14));
    assertThat(weights[0] + weights[1]).isCloseTo(single[0], within(1e-14));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 2})
  void oneNodeAllowsAnEndlessStep(double rate) {
    double[] weights = AdamsWeights.of(rate, Double.POSITIVE_INFINITY, new double[] {0});
    assertThat(weights).containsExactly(1 / rate);
  }
}
