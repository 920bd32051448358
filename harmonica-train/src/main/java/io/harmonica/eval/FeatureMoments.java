package io.harmonica.eval;

import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Mean and covariance of feature vectors that come in pieces, none of which is kept: Chan, Golub
 * and LeVeque, <i>Updating Formulae and a Pairwise Algorithm for Computing Sample Variances</i>
 * (1979). The scatter of two sets together is {@code S1 + S2 + n1 n2 / (n1 + n2) (m1 - m2)(m1 -
 * m2)'}. All of it is in double precision. The scatter lies outside the Java heap until this is
 * closed.
 */
public final class FeatureMoments implements AutoCloseable {

  private final double[] mean;
  private final INDArray scatter;
  private long count;

  /**
   * Starts with no vectors.
   *
   * @param dimension the length of each vector, at least 1
   */
  public FeatureMoments(int dimension) {
    if (dimension < 1) {
      throw new IllegalArgumentException("dimension must be positive, got " + dimension);
    }
    Nd4jNatives.require();
    this.mean = new double[dimension];
    this.scatter = Nd4j.zeros(DataType.DOUBLE, dimension, dimension);
  }

  /**
   * Adds vectors. Each call multiplies two matrices, so that hundreds of vectors at a time are
   * quickest.
   *
   * @param features [n][d]
   * @throws IllegalArgumentException if they are of another length or one is not finite
   */
  public void add(float[][] features) {
    if (features.length == 0) {
      return;
    }
    Features.check("features", features);
    if (features[0].length != mean.length) {
      throw new IllegalArgumentException(
          "features: vectors have length %d, expected %d"
              .formatted(features[0].length, mean.length));
    }
    double[] centre = meanOf(features);
    try (INDArray rows = Nd4j.createFromArray(centred(features, centre));
        INDArray product = rows.transpose().mmul(rows)) {
      merge(centre, product, features.length);
    }
  }

  private void merge(double[] otherMean, INDArray otherScatter, long otherCount) {
    long all = count + otherCount;
    double[] shift = new double[mean.length];
    for (int j = 0; j < mean.length; j++) {
      shift[j] = otherMean[j] - mean[j];
      mean[j] += shift[j] * otherCount / all;
    }
    scatter.addi(otherScatter);
    addOuterProduct(shift, (double) count * otherCount / all);
    count = all;
  }

  /**
   * Takes vectors away that were added before.
   *
   * @param part the moments of these vectors alone, fewer than there are; left as they are
   * @return the statistics of the others
   * @throws IllegalArgumentException if fewer than two vectors are left
   */
  FeatureStatistics without(FeatureMoments part) {
    try (FeatureMoments rest = new FeatureMoments(mean.length)) {
      rest.count = count - part.count;
      double[] shift = new double[mean.length];
      for (int j = 0; j < mean.length; j++) {
        rest.mean[j] = (count * mean[j] - part.count * part.mean[j]) / rest.count;
        shift[j] = part.mean[j] - rest.mean[j];
      }
      rest.scatter.addi(scatter).subi(part.scatter);
      rest.addOuterProduct(shift, -(double) rest.count * part.count / count);
      return rest.statistics();
    }
  }

  private void addOuterProduct(double[] vector, double factor) {
    if (factor == 0) {
      return;
    }
    try (INDArray column = Nd4j.createFromArray(vector).reshape(vector.length, 1);
        INDArray product = column.mmul(column.transpose())) {
      scatter.addi(product.muli(factor));
    }
  }

  /** {@return how many vectors were added} */
  public long count() {
    return count;
  }

  /**
   * The statistics of the vectors so far, with the unbiased covariance (divisor n - 1).
   *
   * @return mean and covariance
   * @throws IllegalArgumentException if there are fewer than two vectors
   */
  public FeatureStatistics statistics() {
    if (count < 2) {
      throw new IllegalArgumentException(
          "a covariance needs at least 2 feature vectors, got " + count);
    }
    try (INDArray divided = scatter.div(count - 1)) {
      double[][] covariance = FeatureStatistics.mirrored(divided.toDoubleMatrix());
      return new FeatureStatistics(mean, covariance, count);
    }
  }

  static double[] meanOf(float[][] features) {
    double[] sum = new double[features[0].length];
    for (float[] row : features) {
      for (int j = 0; j < sum.length; j++) {
        sum[j] += row[j];
      }
    }
    for (int j = 0; j < sum.length; j++) {
      sum[j] /= features.length;
    }
    return sum;
  }

  private static double[][] centred(float[][] features, double... centre) {
    double[][] rows = new double[features.length][centre.length];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < centre.length; j++) {
        rows[i][j] = features[i][j] - centre[j];
      }
    }
    return rows;
  }

  /** Frees the scatter. */
  @Override
  public void close() {
    scatter.close();
  }
}
