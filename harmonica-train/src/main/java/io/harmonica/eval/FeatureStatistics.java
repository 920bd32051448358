package io.harmonica.eval;

import java.util.Arrays;
import java.util.Optional;
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

  private static final long UNKNOWN = 0;

  private final double[] mean;
  private final long count;

  /** Of many vectors the covariance itself; of few, see {@link #factor()}. */
  private final Optional<double[][]> covariance;

  private final Optional<double[][]> factor;

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
    this(mean.clone(), Optional.of(copy(covariance)), count, Optional.empty());
    if (count < 2) {
      throw new IllegalArgumentException("count must be at least 2, got " + count);
    }
    check(mean, covariance);
  }

  /**
   * Statistics that others published without saying of how many vectors.
   *
   * @param mean the mean of each feature, [d]
   * @param covariance the covariance matrix, [d][d], symmetric
   * @throws IllegalArgumentException if the shapes do not fit, a number is not finite, or the
   *     matrix is not symmetric
   */
  public FeatureStatistics(double[] mean, double[][] covariance) {
    this(mean.clone(), Optional.of(copy(covariance)), UNKNOWN, Optional.empty());
    check(mean, covariance);
  }

  private FeatureStatistics(
      double[] mean, Optional<double[][]> covariance, long count, Optional<double[][]> factor) {
    this.mean = mean;
    this.covariance = covariance;
    this.count = count;
    this.factor = factor;
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
    if (features.length < 2) {
      throw new IllegalArgumentException(
          "a covariance needs at least 2 feature vectors, got " + features.length);
    }
    return of(FeatureRows.of("features", features));
  }

  /**
   * Computes mean and unbiased covariance (divisor n - 1) in double precision, piece by piece, so
   * that the vectors never lie in memory together.
   *
   * @param features one feature vector for each image, n at least 2
   * @return their statistics
   * @throws IllegalArgumentException if there are fewer than two vectors or a feature is not finite
   */
  public static FeatureStatistics of(FeatureRows features) {
    int count = features.count();
    if (count >= 2 && count <= features.dimension()) {
      return ofFew(features.rows(0, count));
    }
    try (FeatureMoments moments = momentsOf(features, 0, count)) {
      return moments.statistics();
    }
  }

  private static FeatureStatistics ofFew(float[]... rows) {
    Features.check("features", rows);
    double[] mean = FeatureMoments.meanOf(rows);
    return new FeatureStatistics(
        mean, Optional.empty(), rows.length, Optional.of(factor(rows, mean)));
  }

  private static double[][] factor(float[][] features, double... mean) {
    double scale = 1 / Math.sqrt(features.length - 1.0);
    double[][] factor = new double[features.length][mean.length];
    for (int i = 0; i < factor.length; i++) {
      for (int j = 0; j < mean.length; j++) {
        factor[i][j] = scale * (features[i][j] - mean[j]);
      }
    }
    return factor;
  }

  /**
   * Of no more vectors than features, the vectors themselves, less their mean and scaled so that
   * the covariance is {@code F'F}: a root that costs nothing.
   *
   * @return F, [n][d], not to be changed
   */
  Optional<double[][]> factor() {
    return factor;
  }

  /** The moments of some of the vectors; the caller closes them. */
  static FeatureMoments momentsOf(FeatureRows features, int first, int last) {
    FeatureMoments moments = new FeatureMoments(features.dimension());
    try {
      for (int from = first; from < last; from += ROWS_AT_ONCE) {
        moments.add(features.rows(from, Math.min(last, from + ROWS_AT_ONCE)));
      }
      return moments;
    } catch (Throwable e) {
      moments.close();
      throw e;
    }
  }

  /** {@return the mean of each feature: a copy, [d]} */
  public double[] mean() {
    return mean.clone();
  }

  /** {@return the covariance of each two features: a copy, [d][d]} */
  public double[][] covariance() {
    if (covariance.isPresent()) {
      return copy(covariance.get());
    }
    Nd4jNatives.require();
    try (INDArray f = Nd4j.createFromArray(factor.orElseThrow());
        INDArray product = f.transpose().mmul(f)) {
      return mirrored(product.toDoubleMatrix());
    }
  }

  /** Round-off need not respect a product's symmetry. */
  static double[][] mirrored(double[]... matrix) {
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < i; j++) {
        matrix[i][j] = matrix[j][i];
      }
    }
    return matrix;
  }

  /** The sum of all variances. */
  double trace() {
    double sum = 0;
    if (covariance.isPresent()) {
      double[][] matrix = covariance.get();
      for (int i = 0; i < matrix.length; i++) {
        sum += matrix[i][i];
      }
      return sum;
    }
    for (double[] row : factor.orElseThrow()) {
      for (double value : row) {
        sum += value * value;
      }
    }
    return sum;
  }

  /**
   * How many feature vectors there were.
   *
   * @return the number of vectors; 0 if it is not known
   */
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

  private static void check(double[] mean, double[][] covariance) {
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
