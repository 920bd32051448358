package io.harmonica.eval;

import java.util.Optional;
import org.nd4j.linalg.api.blas.BlasException;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * A matrix F with {@code F F' = C}, C a covariance. Any will do for the Fréchet distance, for
 * {@code F' B F} has the eigenvalues of {@code C^(1/2) B C^(1/2)}, apart from zeros. Of few vectors
 * F is made of the vectors themselves. Where C is safely positive definite, F is Cholesky's
 * triangle, which takes a twentieth of the time of an eigendecomposition; elsewhere {@code V
 * L^(1/2)} without the columns of the zero eigenvalues.
 *
 * @param factor F, [d, r]; empty where C is zero
 */
record CovarianceRoot(Optional<INDArray> factor) implements AutoCloseable {

  static CovarianceRoot of(FeatureStatistics statistics) {
    Nd4jNatives.require();
    if (statistics.factor().isPresent()) {
      try (INDArray vectors = Nd4j.createFromArray(statistics.factor().get())) {
        return new CovarianceRoot(Optional.of(vectors.transpose().dup('f')));
      }
    }
    try (INDArray matrix = Nd4j.createFromArray(statistics.covariance())) {
      Optional<INDArray> triangle = triangle(matrix);
      return triangle.isPresent() ? new CovarianceRoot(triangle) : ofSingular(matrix);
    }
  }

  /**
   * The sum of the square roots of the eigenvalues of {@code F' B F}: the trace of {@code (C^(1/2)
   * B C^(1/2))^(1/2)}. Eigenvalues within round-off of zero count as zero.
   */
  double traceOfRoot(FeatureStatistics b) {
    if (factor.isEmpty()) {
      return 0; // all images of this set have the same features
    }
    try (INDArray product = product(factor.get(), b);
        SymmetricEigen eigen = SymmetricEigen.valuesOf(product)) {
      double sum = 0;
      for (long k = 0; k < eigen.values().length(); k++) {
        double value = eigen.values().getDouble(k);
        if (value > eigen.tolerance()) {
          sum += Math.sqrt(value);
        }
      }
      return sum;
    }
  }

  /** F' B F; of B = G'G without ever making B. */
  private static INDArray product(INDArray f, FeatureStatistics b) {
    if (b.factor().isPresent()) {
      try (INDArray g = Nd4j.createFromArray(b.factor().get());
          INDArray half = g.mmul(f)) {
        return half.transpose().mmul(half);
      }
    }
    try (INDArray matrix = Nd4j.createFromArray(b.covariance());
        INDArray half = matrix.mmul(f)) {
      return f.transpose().mmul(half);
    }
  }

  private static Optional<INDArray> triangle(INDArray matrix) {
    INDArray triangle = matrix.dup('f');
    boolean sound = false;
    try {
      Nd4j.getBlasWrapper().lapack().potrf(triangle, true);
      sound = isSound(triangle, matrix);
    } catch (BlasException e) {
      sound = false; // not positive definite: the other way is made for that
    } finally {
      if (!sound) {
        triangle.close();
      }
    }
    return sound ? Optional.of(triangle) : Optional.empty();
  }

  /** Whether round-off alone could not have made any of the pivots. */
  private static boolean isSound(INDArray triangle, INDArray matrix) {
    double largest = 0;
    double smallest = Double.POSITIVE_INFINITY;
    for (long i = 0; i < matrix.rows(); i++) {
      double pivot = triangle.getDouble(i, i);
      largest = Math.max(largest, matrix.getDouble(i, i));
      smallest = Math.min(smallest, pivot * pivot);
    }
    return smallest > 10 * matrix.rows() * Math.ulp(1.0) * largest;
  }

  private static CovarianceRoot ofSingular(INDArray matrix) {
    try (SymmetricEigen eigen = SymmetricEigen.of(matrix)) {
      int d = matrix.rows();
      int zeros = 0;
      while (zeros < d && eigen.values().getDouble(zeros) <= eigen.tolerance()) {
        zeros++;
      }
      return new CovarianceRoot(zeros == d ? Optional.empty() : Optional.of(range(eigen, zeros)));
    }
  }

  private static INDArray range(SymmetricEigen eigen, int zeros) {
    long d = eigen.values().length();
    INDArray range =
        eigen.vectors().get(NDArrayIndex.all(), NDArrayIndex.interval(zeros, d)).dup('f');
    for (int k = 0; k < d - zeros; k++) {
      range.getColumn(k).muli(Math.sqrt(eigen.values().getDouble(zeros + k)));
    }
    return range;
  }

  @Override
  public void close() {
    factor.ifPresent(INDArray::close);
  }
}
