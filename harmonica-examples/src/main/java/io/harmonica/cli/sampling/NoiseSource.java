package io.harmonica.cli.sampling;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.Checkpoints;
import io.harmonica.checkpoint.tensor.Matrices;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.diffusion.Noise;
import java.io.IOException;
import java.nio.file.Path;

/** Where the noise that samples start from comes from. */
@FunctionalInterface
public interface NoiseSource {
  /**
   * Gives the noise of some samples.
   *
   * @param count samples
   * @param shape shape of one sample
   * @return one row for each sample
   * @throws IOException if a file cannot be read or holds something else
   */
  float[][] draw(int count, Shape shape) throws IOException;

  /**
   * Draws from a seed; sample i gets the same noise whatever the batch and the number of samples.
   *
   * @param seed the seed
   * @return the source
   */
  static NoiseSource seeded(long seed) {
    return (count, shape) -> seeded(seed, 0, count, shape);
  }

  /**
   * Draws the noise of some of a run's samples from its seed.
   *
   * @param seed the run's seed
   * @param first the first sample's number in the run
   * @param count samples
   * @param shape shape of one sample
   * @return one row for each sample, as {@link #seeded(long)} gives it to them
   */
  static float[][] seeded(long seed, int first, int count, Shape shape) {
    return Noise.ofSamples(seed, first, count, Math.toIntExact(shape.size()));
  }

  /**
   * Reads a file, or draws from a seed where none is given.
   *
   * @param file FILE or FILE:KEY, or null for the seed
   * @param seed the seed
   * @return the source
   */
  static NoiseSource of(String file, long seed) {
    return file == null ? seeded(seed) : (count, shape) -> read(file, count, shape);
  }

  private static float[][] read(String text, int count, Shape shape) throws IOException {
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
