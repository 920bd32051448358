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
    int colon = text.lastIndexOf(':');
    // A colon right behind a drive letter is part of the path.
    boolean keyed = colon > 1;
    Path path = Path.of(keyed ? text.substring(0, colon) : text);
    try (TensorSource source = Checkpoints.open(path)) {
      String key = keyed ? text.substring(colon + 1) : "noise";
      if (!keyed && source.names().size() == 1) {
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
