package io.harmonica.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrechetDistanceTest {

  @Test
  void inOneDimensionItIsTheDistanceOfMeansAndDeviations() {
    FeatureStatistics a = new FeatureStatistics(new double[] {1}, new double[][] {{9}}, 100);
    FeatureStatistics b = new FeatureStatistics(new double[] {5}, new double[][] {{4}}, 100);
    assertThat(FrechetDistance.between(a, b)).isCloseTo(16 + 1, within(1e-12));
  }

  @Test
  void commutingCovariancesCompareTheirDeviations() {
    double[][] rotation = rotation(0.7);
    FeatureStatistics a = statistics(0, conjugate(rotation, 4, 9));
    FeatureStatistics b = statistics(0, conjugate(rotation, 25, 1));
    assertThat(FrechetDistance.between(a, b)).isCloseTo(3 * 3 + 2 * 2, within(1e-10));
  }

  @Test
  void shiftOfTheMeanAloneCountsSquared() {
    double[][] covariance = conjugate(rotation(1.1), 3, 0.5);
    double distance =
        FrechetDistance.between(statistics(1, covariance), statistics(-2, covariance));
    assertThat(distance).isCloseTo(9 + 9, within(1e-10));
  }

  @Test
  void theIntervalHoldsTheDistancesOfOtherSetsOfThatSize() {
    FeatureStatistics real = FeatureStatistics.of(features(5000, 3, 1, 0));
    float[][] generated = generated(1);
    Estimate estimate = FrechetDistance.estimate(generated, real, 200, 5);
    assertThat(estimate.value())
        .isCloseTo(FrechetDistance.between(FeatureStatistics.of(generated), real), within(1e-9));
    assertThat(estimate.interval().contains(estimate.value())).isTrue();
    assertThat(FrechetDistance.estimate(generated, real, 200, 5)).isEqualTo(estimate);
    double[] others = new double[100];
    double mean = 0;
    for (int i = 0; i < others.length; i++) {
      others[i] = FrechetDistance.between(FeatureStatistics.of(generated(2 + i)), real);
      mean += others[i] / others.length;
    }
    double wanted = 2 * 1.96 * deviation(others, mean);
    assertThat(estimate.interval().width()).isBetween(0.6 * wanted, 1.5 * wanted);
    assertThat(estimate.interval().contains(mean)).isTrue();
  }

  /** Eighty vectors, off the real ones in mean and deviation. */
  private static float[][] generated(long seed) {
    Random random = new Random(seed);
    float[][] features = new float[80][3];
    for (float[] row : features) {
      for (int j = 0; j < row.length; j++) {
        row[j] = (float) (0.5 + 1.5 * random.nextGaussian());
      }
    }
    return features;
  }

  private static double deviation(double[] values, double mean) {
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return Math.sqrt(sum / (values.length - 1));
  }

  @Test
  void leavingOutTenthsGivesAboutTheBootstrapsInterval() {
    FeatureStatistics real = FeatureStatistics.of(features(5000, 3, 1, 0));
    float[][] generated = features(2000, 3, 1.2, 7);
    Estimate drawn = FrechetDistance.estimate(generated, real, 300, 5);
    Estimate left = FrechetDistance.estimate(FeatureRows.of("generated", generated), real);
    assertThat(left.value()).isCloseTo(drawn.value(), within(1e-9));
    assertThat(left.interval().width())
        .isBetween(0.4 * drawn.interval().width(), 2.5 * drawn.interval().width());
  }

  @Test
  void fewVectorsAreTheirOwnRoot() {
    FeatureStatistics few = FeatureStatistics.of(features(10, 12, 1.5, 3));
    FeatureStatistics real = FeatureStatistics.of(features(300, 12, 1, 2));
    FeatureStatistics sameFew = new FeatureStatistics(few.mean(), few.covariance(), 10);
    double expected = FrechetDistance.between(sameFew, real);
    assertThat(FrechetDistance.between(few, real)).isCloseTo(expected, within(1e-6));
    assertThat(FrechetDistance.between(real, few)).isCloseTo(expected, within(1e-6));
    Estimate estimate =
        FrechetDistance.estimate(FeatureRows.of("few", features(10, 12, 1.5, 3)), real);
    assertThat(estimate.value()).isCloseTo(expected, within(1e-6));
    assertThat(estimate.interval().contains(expected)).isTrue();
  }

  @Test
  void theWayToTheRootDoesNotShow() {
    // A constant feature adds nothing, but with it the covariance has no Cholesky triangle.
    float[][] a = features(300, 12, 1, 2);
    float[][] b = features(250, 12, 1.5, 3);
    double apart = FrechetDistance.between(FeatureStatistics.of(a), FeatureStatistics.of(b));
    double singular =
        FrechetDistance.between(FeatureStatistics.of(padded(a)), FeatureStatistics.of(padded(b)));
    assertThat(singular).isCloseTo(apart, within(1e-6));
  }

  private static float[][] padded(float[][] features) {
    float[][] longer = new float[features.length][];
    for (int i = 0; i < longer.length; i++) {
      longer[i] = Arrays.copyOf(features[i], features[i].length + 1);
    }
    return longer;
  }

  @Test
  void equalSetsHaveNoDistance() {
    FeatureStatistics statistics = FeatureStatistics.of(features(200, 24, 1, 1));
    assertThat(FrechetDistance.between(statistics, statistics)).isLessThan(1e-10);
  }

  @Test
  void agreesWithTheRootOfTheProduct() {
    FeatureStatistics a = FeatureStatistics.of(features(300, 12, 1, 2));
    FeatureStatistics b = FeatureStatistics.of(features(250, 12, 1.5, 3));
    double expected = 0;
    double[][] root = rootByDenmanBeavers(multiply(a.covariance(), b.covariance()));
    for (int i = 0; i < 12; i++) {
      double shift = a.mean()[i] - b.mean()[i];
      expected += shift * shift;
      expected += a.covariance()[i][i] + b.covariance()[i][i] - 2 * root[i][i];
    }
    assertThat(FrechetDistance.between(a, b)).isCloseTo(expected, within(1e-9));
    assertThat(FrechetDistance.between(b, a)).isCloseTo(expected, within(1e-9));
  }

  @Test
  void singularCovariancesWork() {
    // 10 vectors span at most 9 of the 40 dimensions.
    float[][] few = features(10, 40, 1, 4);
    FeatureStatistics a = FeatureStatistics.of(few);
    assertThat(FrechetDistance.between(a, a)).isLessThan(1e-8);

    for (float[] row : few) {
      for (int j = 0; j < row.length; j++) {
        row[j] *= 2; // exact in float
      }
    }
    FeatureStatistics b = FeatureStatistics.of(few); // means and deviations doubled
    double expected = 0;
    for (int j = 0; j < 40; j++) {
      expected += a.mean()[j] * a.mean()[j] + a.covariance()[j][j];
    }
    assertThat(FrechetDistance.between(a, b)).isCloseTo(expected, within(1e-8));
  }

  @Test
  void singularSetsOnDifferentAxesShareNothing() {
    FeatureStatistics a = statistics(0, new double[][] {{4, 0}, {0, 0}});
    FeatureStatistics b = statistics(0, new double[][] {{0, 0}, {0, 9}});
    FeatureStatistics point = statistics(0, new double[2][2]);
    assertThat(FrechetDistance.between(a, b)).isCloseTo(13, within(1e-12));
    assertThat(FrechetDistance.between(a, point)).isEqualTo(4);
    assertThat(FrechetDistance.between(point, a)).isEqualTo(4);
    assertThat(FrechetDistance.between(point, point)).isZero();
  }

  @Test
  void refusesSetsOfDifferentFeatures() {
    FeatureStatistics two = statistics(0, new double[][] {{1, 0}, {0, 1}});
    FeatureStatistics one = new FeatureStatistics(new double[1], new double[][] {{1}}, 5);
    assertThatThrownBy(() -> FrechetDistance.between(two, one))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("one set has 2 features, the other 1");
  }

  private static FeatureStatistics statistics(double mean, double[][] covariance) {
    return new FeatureStatistics(new double[] {mean, mean}, covariance, 100);
  }

  private static float[][] features(int count, int dimension, double scale, long seed) {
    Random random = new Random(seed);
    float[][] features = new float[count][dimension];
    for (float[] row : features) {
      double shared = random.nextGaussian();
      for (int j = 0; j < dimension; j++) {
        row[j] = (float) (scale * (random.nextGaussian() + 0.5 * shared * (j % 3)) + seed);
      }
    }
    return features;
  }

  private static double[][] rotation(double angle) {
    double cos = Math.cos(angle);
    double sin = Math.sin(angle);
    return new double[][] {{cos, -sin}, {sin, cos}};
  }

  private static double[][] conjugate(double[][] r, double first, double second) {
    double[][] diagonal = {{first, 0}, {0, second}};
    double[][] transposed = {{r[0][0], r[1][0]}, {r[0][1], r[1][1]}};
    double[][] product = multiply(multiply(r, diagonal), transposed);
    product[0][1] = product[1][0];
    return product;
  }

  /** Y <- (Y + Z^-1) / 2, Z <- (Z + Y^-1) / 2 from Y = A, Z = 1 leads Y to the root of A. */
  private static double[][] rootByDenmanBeavers(double[][] a) {
    int n = a.length;
    double[][] y = a;
    double[][] z = new double[n][n];
    for (int i = 0; i < n; i++) {
      z[i][i] = 1;
    }
    for (int iteration = 0; iteration < 30; iteration++) {
      double[][] nextY = mean(y, inverse(z));
      z = mean(z, inverse(y));
      y = nextY;
    }
    return y;
  }

  private static double[][] mean(double[][] a, double[][] b) {
    double[][] mean = new double[a.length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a.length; j++) {
        mean[i][j] = (a[i][j] + b[i][j]) / 2;
      }
    }
    return mean;
  }

  private static double[][] multiply(double[][] a, double[][] b) {
    int n = a.length;
    double[][] product = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        for (int k = 0; k < n; k++) {
          product[i][j] += a[i][k] * b[k][j];
        }
      }
    }
    return product;
  }

  /** Gauss-Jordan elimination with row pivots. */
  private static double[][] inverse(double[][] matrix) {
    int n = matrix.length;
    double[][] work = new double[n][2 * n];
    for (int i = 0; i < n; i++) {
      System.arraycopy(matrix[i], 0, work[i], 0, n);
      work[i][n + i] = 1;
    }
    for (int column = 0; column < n; column++) {
      int pivot = column;
      for (int i = column + 1; i < n; i++) {
        if (Math.abs(work[i][column]) > Math.abs(work[pivot][column])) {
          pivot = i;
        }
      }
      double[] pivotRow = work[pivot];
      work[pivot] = work[column];
      work[column] = pivotRow;
      eliminate(work, column);
    }
    double[][] inverse = new double[n][n];
    for (int i = 0; i < n; i++) {
      System.arraycopy(work[i], n, inverse[i], 0, n);
    }
    return inverse;
  }

  private static void eliminate(double[][] work, int column) {
    double[] pivotRow = work[column];
    double pivot = pivotRow[column];
    for (int j = 0; j < pivotRow.length; j++) {
      pivotRow[j] /= pivot;
    }
    for (double[] row : work) {
      double factor = row[column];
      for (int j = 0; row != pivotRow && j < row.length; j++) {
        row[j] -= factor * pivotRow[j];
      }
    }
  }
}
