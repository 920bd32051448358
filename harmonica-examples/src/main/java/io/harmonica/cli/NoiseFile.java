package io.harmonica.cli;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.Checkpoints;
import io.harmonica.checkpoint.tensor.Matrices;
import io.harmonica.checkpoint.tensor.TensorSource;
import java.io.IOException;
import java.nio.file.Path;

/** A file with the noise that samples start from. */
final class NoiseFile {
  private NoiseFile() {}

  /** The file alone. */
  static Path path(String text) {
    return Path.of(colon(text) < 0 ? text : text.substring(0, colon(text)));
  }

  /** The name for provenance: the file without its folder, and the key if one is given. */
  static String name(String text) {
    String key = colon(text) < 0 ? "" : text.substring(colon(text));
    return path(text).getFileName() + key;
  }

  /** Where the key begins, if there is one: a colon behind a drive letter is part of the path. */
  private static int colon(String text) {
    int colon = text.lastIndexOf(':');
    return colon > 1 ? colon : -1;
  }

  /**
   * Reads noise.
   *
   * @param text FILE or FILE:KEY
   * @param count samples
   * @param shape shape of one sample
   * @return one row for each sample
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if it holds something else
   */
  static float[][] read(String text, int count, Shape shape) throws IOException {
    Path path = path(text);
    try (TensorSource source = Checkpoints.open(path)) {
      int colon = colon(text);
      String key = colon > 0 ? text.substring(colon + 1) : "noise";
      if (colon < 0 && source.names().size() == 1) {
        key = source.names().iterator().next();
      }
      Shape expected = new Shape(count).addAll(shape);
      if (!source.names().contains(key)) {
        throw new IllegalArgumentException(
            path
                + " holds no tensor \""
                + key
                + "\"; it holds "
                + source.names()
                + "; name one as FILE:KEY");
      }
      if (!source.info(key).shape().equals(expected)) {
        throw new IllegalArgumentException(
            "the noise %s of %s is %s, expected %s for %d labels"
                .formatted(key, path, source.info(key).shape(), expected, count));
      }
      return Matrices.rows(source.readFloats(key), Math.toIntExact(shape.size()));
    }
  }
}
