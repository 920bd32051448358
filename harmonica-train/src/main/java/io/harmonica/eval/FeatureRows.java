package io.harmonica.eval;

import java.util.Arrays;

/**
 * One feature vector for each image of a set. They need not lie in memory together: what reads them
 * asks for some rows at a time, and may ask again.
 */
public interface FeatureRows {

  /** {@return how many vectors there are} */
  int count();

  /** {@return the length of each vector} */
  int dimension();

  /**
   * Reads some vectors.
   *
   * @param from the first
   * @param to the one behind the last
   * @return the vectors, [to - from][dimension], which the caller must not change
   * @throws java.io.UncheckedIOException if they lie in a file that cannot be read
   */
  float[][] rows(int from, int to);

  /**
   * Vectors that lie in memory.
   *
   * @param name what the set is called in a message
   * @param features [n][d]; used in place
   * @return the vectors
   * @throws IllegalArgumentException if there are none, they are empty or differ in length, or a
   *     feature is not finite
   */
  static FeatureRows of(String name, float[][] features) {
    if (features.length == 0) {
      throw new IllegalArgumentException(name + ": there are no vectors");
    }
    Features.check(name, features);
    return new FeatureRows() {
      @Override
      public int count() {
        return features.length;
      }

      @Override
      public int dimension() {
        return features[0].length;
      }

      @Override
      public float[][] rows(int from, int to) {
        return Arrays.copyOfRange(features, from, to);
      }
    };
  }
}
