package io.harmonica.eval;

import java.util.Arrays;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/**
 * The squared Fréchet (2-Wasserstein) distance of two normal distributions, each described by its
 * {@link FeatureStatistics}. With the features of an Inception network it is the FID of Heusel et
 * al., <i>GANs Trained by a Two Time-Scale Update Rule Converge to a Local Nash Equilibrium</i>
 * (2017); with those of another network it ranks samplers in the same way, but its values can't be
 * compared with published FIDs.
 *
 * <p>The closed form is from Dowson and Landau, <i>The Fréchet Distance between Multivariate Normal
 * Distributions</i> (1982):
 *
 * <pre>  |m1 - m2|^2 + tr C1 + tr C2 - 2 tr (C1^(1/2) C2 C1^(1/2))^(1/2)</pre>
 *
 * <p>With {@code C1 = V L V'}, the matrix under the outer root has the eigenvalues of {@code
 * L^(1/2) V' C2 V L^(1/2)}, which is symmetric, so two symmetric eigendecompositions do and no
 * complex numbers can appear. Eigenvalues within round-off of zero, of either sign, count as zero:
 * the root would lift an error of 1e-16 to 1e-8. This makes singular covariances, from fewer images
 * than features, as good as any.
 */
public final class FrechetDistance {

  private FrechetDistance() {}

  /**
   * The distance of two sets. It is zero for equal statistics, symmetric, and shrinks with growing
   * sets: compare only distances that were taken with equally many images.
   *
   * @param a the statistics of one set
   * @param b the statistics of the other
   * @return the squared distance, in squared units of the features, never negative
   * @throws IllegalArgumentException if the sets differ in the number of features
   */
  public static double between(FeatureStatistics a, FeatureStatistics b) {
    try (Root root = Root.of(a)) {
      return between(a, root, b);
    }
  }

  /**
   * The distance of generated images from a real set, with what chance in the choice of generated
   * images does to it.
   *
   * <p>The images are resampled ({@link Bootstrap}). A resample holds some of them twice and is
   * therefore farther from the real set than the images themselves, so the interval is moved by the
   * mean of that surplus: it says where the distance of another set of as many images would lie,
   * and inherits the dependence on their number from the distance itself.
   *
   * @param features one feature vector for each generated image, [n][d], n at least 2
   * @param real the statistics of the real set
   * @param resamples how often to resample; each takes two eigendecompositions
   * @param seed the bootstrap's seed
   * @return the distance and its 95% interval
   * @throws IllegalArgumentException if there are fewer than two vectors or the sets differ in the
   *     number of features
   */
  public static Estimate estimate(
      float[][] features, FeatureStatistics real, int resamples, long seed) {
    try (Root root = Root.of(real)) {
      double distance = between(real, root, FeatureStatistics.of(features));
      double[] resampled =
          Bootstrap.ofStatistic(
              features.length,
              resamples,
              seed,
              chosen -> between(real, root, FeatureStatistics.of(rows(features, chosen))));
      return around(distance, resampled);
    }
  }

  private static float[][] rows(float[][] features, int... chosen) {
    return Arrays.stream(chosen).mapToObj(i -> features[i]).toArray(float[][]::new);
  }

  private static Estimate around(double distance, double... resampled) {
    double surplus = Arrays.stream(resampled).average().orElseThrow() - distance;
    Interval interval = Bootstrap.percentiles(resampled, Estimate.LEVEL);
    return new Estimate(
        distance,
        new Interval(
            Math.max(0, interval.low() - surplus), Math.max(0, interval.high() - surplus)));
  }

  private static double between(FeatureStatistics a, Root rootOfA, FeatureStatistics b) {
    if (a.dimension() != b.dimension()) {
      throw new IllegalArgumentException(
          "one set has " + a.dimension() + " features, the other " + b.dimension());
    }
    double[] meanA = a.mean();
    double[] meanB = b.mean();
    double[][] covarianceA = a.covariance();
    double[][] covarianceB = b.covariance();
    double distance = -2 * traceOfRoot(rootOfA, covarianceB);
    for (int i = 0; i < meanA.length; i++) {
      double shift = meanA[i] - meanB[i];
      distance += shift * shift + covarianceA[i][i] + covarianceB[i][i];
    }
    return Math.max(0, distance);
  }

  /** The trace of (A^(1/2) B A^(1/2))^(1/2). */
  private static double traceOfRoot(Root rootOfA, double[][] b) {
    if (rootOfA.range().isEmpty()) {
      return 0; // all images of this set have the same features
    }
    INDArray range = rootOfA.range().get();
    try (INDArray matrixB = Nd4j.createFromArray(b);
        INDArray half = matrixB.mmul(range);
        INDArray product = range.transpose().mmul(half);
        SymmetricEigen roots = SymmetricEigen.of(product)) {
      return sumOfRoots(roots);
    }
  }

  /**
   * What the distance needs of one set, which serves for many others.
   *
   * @param range V L^(1/2) without the columns of the zero eigenvalues, [d, d - zeros]; empty where
   *     all are zero
   */
  private record Root(Optional<INDArray> range) implements AutoCloseable {

    static Root of(FeatureStatistics statistics) {
      try (INDArray matrix = Nd4j.createFromArray(statistics.covariance());
          SymmetricEigen eigen = SymmetricEigen.of(matrix)) {
        int d = statistics.dimension();
        int zeros = 0;
        while (zeros < d && eigen.values().getDouble(zeros) <= eigen.tolerance()) {
          zeros++;
        }
        return new Root(zeros == d ? Optional.empty() : Optional.of(scaledRange(eigen, zeros)));
      }
    }

    private static INDArray scaledRange(SymmetricEigen eigen, int zeros) {
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
      range.ifPresent(INDArray::close);
    }
  }

  private static double sumOfRoots(SymmetricEigen eigen) {
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
