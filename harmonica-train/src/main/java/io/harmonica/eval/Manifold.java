package io.harmonica.eval;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Balls around the vectors of a set, each reaching to its k-th nearest neighbour in the set.
 *
 * <p>The squared distance of x and y is {@code |x|^2 + |y|^2 - 2 x'y}, seen from any origin. With
 * products in single precision that may be off by {@code d 2^-24 (|x|^2 + |y|^2)}; where this
 * leaves a doubt, the distance is computed once more in double precision. So results are the exact
 * ones. The origin lies amid the vectors: far from them there would be nothing but doubt.
 *
 * @param set the centres
 * @param squaredRadii of each ball
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier, never compared
record Manifold(FeatureRows set, double[] squaredRadii) {
  /** On top of the length of the vectors: rounding of the few operations that follow. */
  private static final int SLACK = 8;

  /** Vectors whose mean is the origin. */
  private static final int SOME = 500;

  /**
   * Which vectors of two sets lie within at least one ball of the other.
   *
   * @param othersWithin for each of the other set, whether it lies within this one's balls
   * @param withinOthers for each of this set, whether it lies within the other one's balls
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Mutual(boolean[] othersWithin, boolean[] withinOthers) {}

  static Manifold of(FeatureRows set, int neighbours) {
    double[][] nearest = new double[set.count()][neighbours];
    for (double[] row : nearest) {
      Arrays.fill(row, Double.POSITIVE_INFINITY);
    }
    ProductTile.forEachHalf(
        amid(set),
        set,
        tile -> {
          Tolerance tolerance = Tolerance.of(tile);
          IntStream.range(0, tile.rows().length)
              .parallel()
              .forEach(i -> nearer(tile, tolerance, i, nearest[tile.firstRow() + i]));
          if (tile.standsForItsMirror()) {
            IntStream.range(0, tile.columns().length)
                .parallel()
                .forEach(j -> nearerOfColumn(tile, tolerance, j, nearest[tile.firstColumn() + j]));
          }
        });
    return new Manifold(
        set, Arrays.stream(nearest).mapToDouble(row -> row[neighbours - 1]).toArray());
  }

  /** A point amid a set's vectors. */
  private static float[] amid(FeatureRows set) {
    float[][] some = set.rows(0, Math.min(set.count(), SOME));
    float[] mean = new float[set.dimension()];
    for (int k = 0; k < mean.length; k++) {
      int at = k;
      mean[k] = (float) Arrays.stream(some).mapToDouble(row -> row[at]).average().orElse(0);
    }
    return mean;
  }

  private static void nearer(ProductTile tile, Tolerance tolerance, int i, double... nearest) {
    for (int j = 0; j < tile.columns().length; j++) {
      if (tile.firstRow() + i != tile.firstColumn() + j
          && tolerance.atLeast(i, j) < nearest[nearest.length - 1]) {
        insert(squaredDistance(tile.rows()[i], tile.columns()[j]), nearest);
      }
    }
  }

  private static void nearerOfColumn(
      ProductTile tile, Tolerance tolerance, int j, double... nearest) {
    for (int i = 0; i < tile.rows().length; i++) {
      if (tolerance.atLeast(i, j) < nearest[nearest.length - 1]) {
        insert(squaredDistance(tile.rows()[i], tile.columns()[j]), nearest);
      }
    }
  }

  /** Puts a distance among the smallest ones, which are in ascending order. */
  private static void insert(double distance, double... nearest) {
    int at = nearest.length - 1;
    if (distance >= nearest[at]) {
      return;
    }
    while (at > 0 && nearest[at - 1] > distance) {
      nearest[at] = nearest[at - 1];
      at--;
    }
    nearest[at] = distance;
  }

  /** Looks up each set's vectors among the other's balls. */
  Mutual with(Manifold other) {
    boolean[] othersWithin = new boolean[other.set.count()];
    boolean[] withinOthers = new boolean[set.count()];
    ProductTile.forEach(
        amid(set),
        set,
        other.set,
        tile -> {
          Tolerance tolerance = Tolerance.of(tile);
          int rows = tile.rows().length;
          int columns = tile.columns().length;
          IntStream.range(0, rows)
              .parallel()
              .filter(i -> !withinOthers[tile.firstRow() + i])
              .forEach(
                  i ->
                      withinOthers[tile.firstRow() + i] =
                          IntStream.range(0, columns)
                              .anyMatch(
                                  j ->
                                      tolerance.within(
                                          i, j, other.squaredRadii[tile.firstColumn() + j])));
          IntStream.range(0, columns)
              .parallel()
              .filter(j -> !othersWithin[tile.firstColumn() + j])
              .forEach(
                  j ->
                      othersWithin[tile.firstColumn() + j] =
                          IntStream.range(0, rows)
                              .anyMatch(
                                  i -> tolerance.within(i, j, squaredRadii[tile.firstRow() + i])));
        });
    return new Mutual(othersWithin, withinOthers);
  }

  /** What can be said of the distances in a tile without computing them in double precision. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Tolerance(ProductTile tile, double[] ofRows, double[] ofColumns, double share) {

    static Tolerance of(ProductTile tile) {
      double share = (tile.rows()[0].length + SLACK) * 0x1p-24;
      return new Tolerance(
          tile, squares(tile.rows(), tile.origin()), squares(tile.columns(), tile.origin()), share);
    }

    private static double[] squares(float[][] vectors, float[] origin) {
      return Arrays.stream(vectors)
          .parallel()
          .mapToDouble(vector -> squaredDistance(vector, origin))
          .toArray();
    }

    double atLeast(int i, int j) {
      double squares = ofRows[i] + ofColumns[j];
      return squares * (1 - share) - 2.0 * tile.product(i, j);
    }

    boolean within(int i, int j, double squaredRadius) {
      double squares = ofRows[i] + ofColumns[j];
      double distance = squares - 2.0 * tile.product(i, j);
      if (distance - squares * share > squaredRadius) {
        return false;
      }
      return distance + squares * share <= squaredRadius
          || squaredDistance(tile.rows()[i], tile.columns()[j]) <= squaredRadius;
    }
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
