package io.harmonica.cli.evaluate;

import io.harmonica.checkpoint.numpy.NpyMatrix;
import io.harmonica.eval.FeatureRows;
import io.harmonica.inception.InceptionV3;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The features of a set of images, in three files that NumPy can read.
 *
 * @param folder where they lie
 * @param pooled for FID, precision, recall and KID, [n, 2048]
 * @param spatial for sFID, [n, 2023]
 * @param logits for the Inception Score, [n, 1008]
 */
public record FeatureSet(Path folder, NpyMatrix pooled, NpyMatrix spatial, NpyMatrix logits)
    implements Closeable {
  static final String POOLED = "pooled.npy";
  static final String SPATIAL = "spatial.npy";
  static final String LOGITS = "logits.npy";
  static final List<String> FILES = List.of(POOLED, SPATIAL, LOGITS);

  static FeatureSet open(Path folder, int count) throws IOException {
    NpyMatrix pooled = open(folder, POOLED, count, InceptionV3.POOLED);
    NpyMatrix spatial = null;
    try {
      spatial = open(folder, SPATIAL, count, InceptionV3.SPATIAL);
      NpyMatrix logits = open(folder, LOGITS, count, InceptionV3.CLASSES);
      return new FeatureSet(folder, pooled, spatial, logits);
    } catch (Throwable e) {
      pooled.close();
      if (spatial != null) {
        spatial.close();
      }
      throw e;
    }
  }

  private static NpyMatrix open(Path folder, String name, int rows, int columns)
      throws IOException {
    NpyMatrix matrix = NpyMatrix.open(folder.resolve(name));
    if (matrix.rows() != rows || matrix.columns() != columns) {
      matrix.close();
      throw new IOException(
          "%s holds %d x %d features, expected %d x %d; delete the folder"
              .formatted(folder.resolve(name), matrix.rows(), matrix.columns(), rows, columns));
    }
    return matrix;
  }

  /** {@return how many images there are} */
  public int count() {
    return pooled.rows();
  }

  /** A matrix as what metrics read. */
  static FeatureRows rows(NpyMatrix matrix) {
    return new FeatureRows() {
      @Override
      public int count() {
        return matrix.rows();
      }

      @Override
      public int dimension() {
        return matrix.columns();
      }

      @Override
      public float[][] rows(int from, int to) {
        try {
          return matrix.read(from, to);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  /** Deletes a folder of features, complete or not. */
  static void delete(Path folder) throws IOException {
    for (String name : FILES) {
      Files.deleteIfExists(folder.resolve(name));
    }
    Files.deleteIfExists(folder);
  }

  @Override
  public void close() throws IOException {
    try (pooled;
        spatial;
        logits) {
      // All are closed, whatever one of them says.
    }
  }
}
