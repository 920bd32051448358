package io.harmonica.eval;

/**
 * Quality and variety of generated images, apart: Kynkäänniemi et al., <i>Improved Precision and
 * Recall Metric for Assessing Generative Models</i> (2019).
 *
 * <p>Around every vector of a set lies a ball that reaches to its k-th nearest neighbour in that
 * set (itself not counted), and the union of the balls stands for the set's support. Precision is
 * the share of generated vectors within the real support, recall the share of real vectors within
 * the generated one. A ball includes its surface. The search is exact and takes all pairs: matrix
 * products in single precision find the pairs that matter, and distances in double precision decide
 * them.
 *
 * @param precision how many of the generated images look real, 0 to 1
 * @param recall how much of the real images' variety is generated, 0 to 1
 */
public record PrecisionRecall(double precision, double recall) {

  /** The paper's number of neighbours. */
  public static final int DEFAULT_NEIGHBOURS = 3;

  /**
   * Precision and recall with the paper's three neighbours.
   *
   * @param real features of real images, [n][d], n above 3
   * @param generated features of generated images, [m][d], m above 3
   * @return both shares
   * @throws IllegalArgumentException if a set is too small, vectors differ in length, or a feature
   *     is not finite
   */
  public static PrecisionRecall of(float[][] real, float[][] generated) {
    return of(real, generated, DEFAULT_NEIGHBOURS);
  }

  /**
   * Precision and recall with any number of neighbours.
   *
   * @param real features of real images, [n][d], n above {@code neighbours}
   * @param generated features of generated images, [m][d], m above {@code neighbours}
   * @param neighbours k, at least 1; more make the balls larger and both shares higher
   * @return both shares
   * @throws IllegalArgumentException if a set is too small, vectors differ in length, or a feature
   *     is not finite
   */
  public static PrecisionRecall of(float[][] real, float[][] generated, int neighbours) {
    Estimates shares =
        estimate(FeatureRows.of("real", real), FeatureRows.of("generated", generated), neighbours);
    return new PrecisionRecall(shares.precision().value(), shares.recall().value());
  }

  /**
   * Precision and recall of vectors that need not lie in memory together, with intervals for the
   * choice of the vectors that are counted; the balls are taken as they are.
   *
   * @param real features of real images, n above {@code neighbours}
   * @param generated features of generated images, m above {@code neighbours}
   * @param neighbours k, at least 1
   * @return both shares with their 95% intervals
   * @throws IllegalArgumentException if a set is too small or vectors differ in length
   */
  public static Estimates estimate(FeatureRows real, FeatureRows generated, int neighbours) {
    check("real", real, neighbours);
    check("generated", generated, neighbours);
    if (real.dimension() != generated.dimension()) {
      throw new IllegalArgumentException(
          "real vectors have length %d, generated ones %d"
              .formatted(real.dimension(), generated.dimension()));
    }
    Manifold.Mutual shares = Manifold.of(real, neighbours).with(Manifold.of(generated, neighbours));
    return new Estimates(share(shares.othersWithin()), share(shares.withinOthers()));
  }

  /**
   * Both shares with their 95% intervals.
   *
   * @param precision how many of the generated images look real
   * @param recall how much of the real images' variety is generated
   */
  public record Estimates(Estimate precision, Estimate recall) {}

  private static Estimate share(boolean... within) {
    int count = within.length;
    int all = count(within, 0, count);
    return Jackknife.of(
            (double) all / count,
            count,
            group -> {
              int first = Jackknife.start(group, count);
              int last = Jackknife.start(group + 1, count);
              return (double) (all - count(within, first, last)) / (count - (last - first));
            })
        .within(0, 1);
  }

  private static int count(boolean[] within, int first, int last) {
    int count = 0;
    for (int i = first; i < last; i++) {
      count += within[i] ? 1 : 0;
    }
    return count;
  }

  private static void check(String name, FeatureRows features, int neighbours) {
    if (neighbours < 1) {
      throw new IllegalArgumentException("neighbours must be positive, got " + neighbours);
    }
    if (features.count() <= neighbours) {
      throw new IllegalArgumentException(
          "%s: %d vectors are too few for %d neighbours"
              .formatted(name, features.count(), neighbours));
    }
  }
}
