package io.harmonica.eval;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Quality and variety of generated images, apart: Kynkäänniemi et al., <i>Improved Precision and
 * Recall Metric for Assessing Generative Models</i> (2019).
 *
 * <p>Around every vector of a set lies a ball that reaches to its k-th nearest neighbour in that
 * set (itself not counted), and the union of the balls stands for the set's support. Precision is
 * the share of generated vectors within the real support, recall the share of real vectors within
 * the generated one. A ball includes its surface. The search is exact and takes all pairs: fine for
 * thousands of images, slow for many more.
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
    check("real", real, neighbours);
    check("generated", generated, neighbours);
    if (real[0].length != generated[0].length) {
      throw new IllegalArgumentException(
          "real vectors have length %d, generated ones %d"
              .formatted(real[0].length, generated[0].length));
    }
    return new PrecisionRecall(
        shareWithin(real, squaredRadii(real, neighbours), generated),
        shareWithin(generated, squaredRadii(generated, neighbours), real));
  }

  private static void check(String name, float[][] features, int neighbours) {
    if (neighbours < 1) {
      throw new IllegalArgumentException("neighbours must be positive, got " + neighbours);
    }
    if (features.length <= neighbours) {
      throw new IllegalArgumentException(
          "%s: %d vectors are too few for %d neighbours"
              .formatted(name, features.length, neighbours));
    }
    Features.check(name, features);
  }

  private static double[] squaredRadii(float[][] set, int neighbours) {
    return IntStream.range(0, set.length)
        .parallel()
        .mapToDouble(i -> squaredRadius(set, i, neighbours))
        .toArray();
  }

  private static double squaredRadius(float[][] set, int centre, int neighbours) {
    double[] distances =
        IntStream.range(0, set.length)
            .filter(j -> j != centre)
            .mapToDouble(j -> squaredDistance(set[centre], set[j]))
            .toArray();
    Arrays.sort(distances);
    return distances[neighbours - 1];
  }

  /** The share of probes that lie in at least one ball around the centres. */
  private static double shareWithin(float[][] centres, double[] squaredRadii, float[][] probes) {
    long within =
        Arrays.stream(probes)
            .parallel()
            .filter(probe -> isWithin(centres, squaredRadii, probe))
            .count();
    return (double) within / probes.length;
  }

  private static boolean isWithin(float[][] centres, double[] squaredRadii, float[] probe) {
    for (int i = 0; i < centres.length; i++) {
      if (squaredDistance(centres[i], probe) <= squaredRadii[i]) {
        return true;
      }
    }
    return false;
  }

  private static double squaredDistance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      sum += difference * difference;
    }
    return sum;
  }
}
