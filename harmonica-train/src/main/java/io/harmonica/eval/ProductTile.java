package io.harmonica.eval;

import java.util.function.Consumer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * The inner products of some vectors of one set with some of another, both seen from an origin. All
 * pairs of two sets are many such tiles, of which one at a time is in memory.
 *
 * @param origin is taken off every vector before products are made
 * @param firstRow the number of the first vector of the rows
 * @param rows the one set's vectors
 * @param firstColumn the number of the first vector of the columns
 * @param columns the other set's vectors
 * @param products rows times columns, each less the origin, in single precision, row by row
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier, never compared
record ProductTile(
    float[] origin,
    int firstRow,
    float[][] rows,
    int firstColumn,
    float[][] columns,
    float[] products) {
  private static final int SIDE = 2048;

  /** Visits all pairs of two sets, row of tiles after row. */
  static void forEach(
      float[] origin, FeatureRows rows, FeatureRows columns, Consumer<ProductTile> visit) {
    tiles(origin, rows, columns, false, visit);
  }

  /**
   * Visits the pairs of a set with itself, of mirrored tiles only the one right of the diagonal.
   */
  static void forEachHalf(float[] origin, FeatureRows set, Consumer<ProductTile> visit) {
    tiles(origin, set, set, true, visit);
  }

  private static void tiles(
      float[] origin,
      FeatureRows rows,
      FeatureRows columns,
      boolean half,
      Consumer<ProductTile> visit) {
    Nd4jNatives.require();
    for (int i = 0; i < rows.count(); i += SIDE) {
      float[][] ofRows = rows.rows(i, Math.min(rows.count(), i + SIDE));
      try (INDArray left = Nd4j.createFromArray(from(origin, ofRows))) {
        for (int j = half ? i : 0; j < columns.count(); j += SIDE) {
          float[][] ofColumns = columns.rows(j, Math.min(columns.count(), j + SIDE));
          float[] products = products(left, from(origin, ofColumns));
          visit.accept(new ProductTile(origin, i, ofRows, j, ofColumns, products));
        }
      }
    }
  }

  private static float[][] from(float[] origin, float[][] vectors) {
    float[][] seen = new float[vectors.length][origin.length];
    for (int i = 0; i < seen.length; i++) {
      for (int k = 0; k < origin.length; k++) {
        seen[i][k] = vectors[i][k] - origin[k];
      }
    }
    return seen;
  }

  private static float[] products(INDArray left, float[][] columns) {
    try (INDArray right = Nd4j.createFromArray(columns);
        INDArray product = left.mmul(right.transpose());
        INDArray inRows = product.dup('c')) {
      return inRows.data().asFloat();
    }
  }

  /** The product of row i and column j, both counted within the tile. */
  float product(int i, int j) {
    return products[i * columns.length + j];
  }

  /** Whether mirrored pairs are in no other tile of {@link #forEachHalf}. */
  boolean standsForItsMirror() {
    return firstRow != firstColumn;
  }
}
