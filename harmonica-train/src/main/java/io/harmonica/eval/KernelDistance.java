package io.harmonica.eval;

import java.util.stream.IntStream;

/**
 * The Kernel Inception Distance of Binkowski et al., <i>Demystifying MMD GANs</i> (2018): the
 * squared maximum mean discrepancy of two sets of feature vectors of length d under the kernel
 *
 * <pre>  k(x, y) = (x'y / d + 1)^3</pre>
 *
 * <p>by the unbiased estimate, over all pairs:
 *
 * <pre>  mean of k(x, x') over x != x'  +  mean of k(y, y') over y != y'  -  2 mean of k(x, y)
 * </pre>
 *
 * <p>Unlike FID it does not depend on the number of images, apart from chance; around equality it
 * is as often below zero as above. Public code takes the mean over random subsets of a thousand
 * images; that has the same expectation and more noise. Products are in single precision, sums in
 * double.
 */
public final class KernelDistance {

  private KernelDistance() {}

  /**
   * The distance of generated from real images.
   *
   * @param generated features of generated images, n at least 4
   * @param real features of real images, m at least 2
   * @return the distance, with an interval for the choice of generated images
   * @throws IllegalArgumentException if there are too few vectors or they differ in length
   */
  public static Estimate between(FeatureRows generated, FeatureRows real) {
    int n = generated.count();
    int m = real.count();
    if (n < 4 || m < 2) {
      throw new IllegalArgumentException(
          "KID needs 4 generated and 2 real vectors at least, got " + n + " and " + m);
    }
    if (generated.dimension() != real.dimension()) {
      throw new IllegalArgumentException(
          "real vectors have length %d, generated ones %d"
              .formatted(real.dimension(), generated.dimension()));
    }
    double[][] within = sumsWithin(generated);
    double[][] across = sums(generated, real);
    double ofReal = total(sumsWithin(real)) / ((double) m * (m - 1));
    double whole = distance(total(within), n, total(across), m, ofReal);
    return Jackknife.of(
        whole,
        n,
        group -> {
          int left = n - (Jackknife.start(group + 1, n) - Jackknife.start(group, n));
          double pairs = total(within) + within[group][group];
          double crossed = total(across);
          for (int other = 0; other < within.length; other++) {
            pairs -= within[group][other] + within[other][group];
          }
          for (double sum : across[group]) {
            crossed -= sum;
          }
          return distance(pairs, left, crossed, m, ofReal);
        });
  }

  private static double distance(double within, int n, double across, int m, double ofReal) {
    return within / ((double) n * (n - 1)) + ofReal - 2 * across / ((double) n * m);
  }

  private static double total(double[][] sums) {
    double total = 0;
    for (double[] row : sums) {
      for (double sum : row) {
        total += sum;
      }
    }
    return total;
  }

  /** Sums of the kernel over pairs of different vectors of a set, by the groups of both. */
  private static double[][] sumsWithin(FeatureRows set) {
    int n = set.count();
    double[][] sums = new double[Jackknife.groups(n)][Jackknife.groups(n)];
    int[] groups = IntStream.range(0, n).map(image -> Jackknife.group(image, n)).toArray();
    ProductTile.forEachHalf(
        new float[set.dimension()],
        set,
        tile -> {
          for (int i = 0; i < tile.rows().length; i++) {
            int row = groups[tile.firstRow() + i];
            for (int j = 0; j < tile.columns().length; j++) {
              if (tile.firstRow() + i != tile.firstColumn() + j) {
                double kernel = kernel(tile.product(i, j), set.dimension());
                int column = groups[tile.firstColumn() + j];
                sums[row][column] += kernel;
                sums[column][row] += tile.standsForItsMirror() ? kernel : 0;
              }
            }
          }
        });
    return sums;
  }

  /** Sums over pairs of two sets, by the groups of the first; the second is one group. */
  private static double[][] sums(FeatureRows first, FeatureRows second) {
    int n = first.count();
    double[][] sums = new double[Jackknife.groups(n)][1];
    ProductTile.forEach(
        new float[first.dimension()],
        first,
        second,
        tile -> {
          for (int i = 0; i < tile.rows().length; i++) {
            double sum = 0;
            for (int j = 0; j < tile.columns().length; j++) {
              sum += kernel(tile.product(i, j), first.dimension());
            }
            sums[Jackknife.group(tile.firstRow() + i, n)][0] += sum;
          }
        });
    return sums;
  }

  private static double kernel(float product, int dimension) {
    double base = (double) product / dimension + 1;
    return base * base * base;
  }
}
