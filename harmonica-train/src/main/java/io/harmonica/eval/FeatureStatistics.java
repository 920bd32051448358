package io.harmonica.eval;

import java.util.Arrays;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Mean and covariance of a set of feature vectors: all that {@link FrechetDistance} needs to know
 * of a set of images. Immutable. To keep the statistics of a large set of real images, store what
 * the three getters return and hand it to the constructor later.
 */
public final class FeatureStatistics {

  /** Feature vectors that are centred and multiplied at a time, which bounds the memory used. */
  private static final int ROWS_AT_ONCE = 1024;

  /** Largest allowed difference of mirrored covariances, relative to the largest variance. */
  private static final double ASYMMETRY = 1e-6;

  private final double[] mean;
  private final double[][] covariance;
  private final long count;

  /**
   * Statistics that were computed before.
   *
   * @param mean the mean of each feature, [d]
   * @param covariance the covariance matrix, [d][d], symmetric
   * @param count how many vectors they were computed from, at least 2
   * @throws IllegalArgumentException if the shapes do not fit, a number is not finite, the matrix
   *     is not symmetric, or {@code count} is below 2
   */
  public FeatureStatistics(double[] mean, double[][] covariance, long count) {
    this.mean = mean.clone();
    this.covariance = copy(covariance);
    this.count = count;
    check(this.mean, this.covariance, count);
  }

  /**
   * Computes mean and unbiased covariance (divisor n - 1) in double precision.
   *
   * @param features one feature vector for each image, [n][d], n at least 2
   * @return their statistics
   * @throws IllegalArgumentException if there are fewer than two vectors, their lengths differ,
   *     they are empty, or a feature is not finite
   */
  public static FeatureStatistics of(float[][] features) {
    double[] mean = meanOf(features);
    int d = mean.length;
    try (INDArray sum = Nd4j.zeros(DataType.DOUBLE, d, d)) {
      for (int from = 0; from < features.length; from += ROWS_AT_ONCE) {
        int to = Math.min(features.length, from + ROWS_AT_ONCE);
        try (INDArray rows = Nd4j.createFromArray(centred(features, from, to, mean));
            INDArray product = rows.transpose().mmul(rows)) {
          sum.addi(product);
        }
      }
      double[][] covariance = sum.divi(features.length - 1).toDoubleMatrix();
      mirrorUpperTriangle(covariance);
      return new FeatureStatistics(mean, covariance, features.length);
    }
  }

  /** {@return the mean of each feature: a copy, [d]} */
  public double[] mean() {
    return mean.clone();
  }

  /** {@return the covariance of each two features: a copy, [d][d]} */
  public double[][] covariance() {
    return copy(covariance);
  }

  /** {@return how many feature vectors there were: the number of vectors} */
  public long count() {
    return count;
  }

  /** {@return the length of a feature vector: d} */
  public int dimension() {
    return mean.length;
  }

  @Override
  public String toString() {
    return "FeatureStatistics[count=" + count + ", dimension=" + mean.length + "]";
  }

  private static double[] meanOf(float[][] features) {
    if (features.length < 2) {
      throw new IllegalArgumentException(
          "a covariance needs at least 2 feature vectors, got " + features.length);
    }
    Features.check("features", features);
    double[] mean = new double[features[0].length];
    for (float[] row : features) {
      for (int j = 0; j < mean.length; j++) {
        mean[j] += row[j];
      }
    }
    for (int j = 0; j < mean.length; j++) {
      mean[j] /= features.length;
    }
    return mean;
  }

  private static double[][] centred(float[][] features, int from, int to, double[] mean) {
    double[][] rows = new double[to - from][mean.length];
    for (int i = from; i < to; i++) {
      for (int j = 0; j < mean.length; j++) {
        rows[i - from][j] = features[i][j] - mean[j];
      }
    }
    return rows;
  }

  private static void mirrorUpperTriangle(double[][] matrix) {
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < i; j++) {
        matrix[i][j] = matrix[j][i];
      }
    }
  }

  private static void check(double[] mean, double[][] covariance, long count) {
    if (count < 2) {
      throw new IllegalArgumentException("count must be at least 2, got " + count);
    }
    if (mean.length == 0 || covariance.length != mean.length) {
      throw new IllegalArgumentException(
          "a mean of length "
              + mean.length
              + " with a covariance of "
              + covariance.length
              + " rows");
    }
    double largest = 0;
    for (int i = 0; i < mean.length; i++) {
      if (covariance[i].length != mean.length) {
        throw new IllegalArgumentException(
            "covariance row " + i + " has length " + covariance[i].length + ", not " + mean.length);
      }
      if (!Double.isFinite(mean[i]) || !Arrays.stream(covariance[i]).allMatch(Double::isFinite)) {
        throw new IllegalArgumentException("mean or covariance of feature " + i + " is not finite");
      }
      largest = Math.max(largest, Math.abs(covariance[i][i]));
    }
    checkSymmetry(covariance, ASYMMETRY * largest);
  }

  private static void checkSymmetry(double[][] matrix, double tolerance) {
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < i; j++) {
        if (Math.abs(matrix[i][j] - matrix[j][i]) > tolerance) {
          throw new IllegalArgumentException(
              "the covariance is not symmetric: %s at [%d][%d], %s at [%d][%d]"
                  .formatted(matrix[i][j], i, j, matrix[j][i], j, i));
        }
      }
    }
  }

  private static double[][] copy(double[][] matrix) {
    return Arrays.stream(matrix).map(double[]::clone).toArray(double[][]::new);
  }
}
