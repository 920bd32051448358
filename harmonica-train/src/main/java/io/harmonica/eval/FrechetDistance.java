package io.harmonica.eval;

import java.util.Arrays;
import java.util.stream.IntStream;

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
 * <p>With {@code C1 = F F'}, the matrix under the outer root has the eigenvalues of {@code F' C2
 * F}, which is symmetric, so that no complex numbers can appear. Eigenvalues within round-off of
 * zero, of either sign, count as zero: the root would lift an error of 1e-16 to 1e-8. This makes
 * singular covariances, from fewer images than features, as good as any.
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
    // It is symmetric: the root is taken of the side that has it for nothing.
    boolean swap = a.factor().isEmpty() && b.factor().isPresent();
    try (CovarianceRoot root = CovarianceRoot.of(swap ? b : a)) {
      return between(swap ? b : a, root, swap ? a : b);
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
    try (CovarianceRoot root = CovarianceRoot.of(real)) {
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

  /**
   * The distance of generated images from a real set, with an interval that needs few distances: a
   * tenth of the generated images is left out at a time. For features as long as Inception's that
   * takes ten times as long as the distance itself, where {@link #estimate(float[][],
   * FeatureStatistics, int, long)} takes hundreds of times.
   *
   * @param features one feature vector for each generated image, n at least 4
   * @param real the statistics of the real set
   * @return the distance and its 95% interval
   * @throws IllegalArgumentException if there are fewer than four vectors or the sets differ in the
   *     number of features
   */
  public static Estimate estimate(FeatureRows features, FeatureStatistics real) {
    int count = features.count();
    if (count < 4) {
      throw new IllegalArgumentException("an interval needs at least 4 vectors, got " + count);
    }
    return (count > features.dimension() ? ofMany(features, real) : ofFew(features, real))
        .within(0, Double.POSITIVE_INFINITY);
  }

  /** One root of the real set, and the moments of a tenth taken from those of all. */
  private static Estimate ofMany(FeatureRows features, FeatureStatistics real) {
    int count = features.count();
    try (CovarianceRoot root = CovarianceRoot.of(real);
        FeatureMoments all = FeatureStatistics.momentsOf(features, 0, count)) {
      return Jackknife.of(
          between(real, root, all.statistics()),
          count,
          group -> {
            int first = Jackknife.start(group, count);
            int last = Jackknife.start(group + 1, count);
            try (FeatureMoments part = FeatureStatistics.momentsOf(features, first, last)) {
              return between(real, root, all.without(part));
            }
          });
    }
  }

  /** Vectors that are their own root. */
  private static Estimate ofFew(FeatureRows features, FeatureStatistics real) {
    int count = features.count();
    float[][] rows = features.rows(0, count);
    return Jackknife.of(
        between(FeatureStatistics.of(features), real),
        count,
        group -> {
          int[] others =
              IntStream.range(0, count).filter(i -> Jackknife.group(i, count) != group).toArray();
          return between(FeatureStatistics.of(rows(rows, others)), real);
        });
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

  private static double between(FeatureStatistics a, CovarianceRoot rootOfA, FeatureStatistics b) {
    if (a.dimension() != b.dimension()) {
      throw new IllegalArgumentException(
          "one set has " + a.dimension() + " features, the other " + b.dimension());
    }
    double[] meanA = a.mean();
    double[] meanB = b.mean();
    double distance = a.trace() + b.trace() - 2 * rootOfA.traceOfRoot(b);
    for (int i = 0; i < meanA.length; i++) {
      double shift = meanA[i] - meanB[i];
      distance += shift * shift;
    }
    return Math.max(0, distance);
  }
}
