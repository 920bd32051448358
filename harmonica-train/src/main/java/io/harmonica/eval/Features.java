package io.harmonica.eval;

/** The check that every statistic of feature vectors starts with. */
final class Features {

  private Features() {}

  /**
   * Checks that the vectors have one length and hold finite numbers only.
   *
   * @param name what the set is called in a message
   * @param features [n][d], n at least 1
   * @throws IllegalArgumentException if not, naming the vector
   */
  static void check(String name, float[][] features) {
    int length = features[0].length;
    if (length == 0) {
      throw new IllegalArgumentException(name + ": the vectors are empty");
    }
    for (int i = 0; i < features.length; i++) {
      if (features[i].length != length) {
        throw new IllegalArgumentException(
            "%s: vector %d has length %d, vector 0 has %d"
                .formatted(name, i, features[i].length, length));
      }
      for (int j = 0; j < length; j++) {
        if (!Float.isFinite(features[i][j])) {
          throw new IllegalArgumentException(
              "%s: vector %d holds %s at %d".formatted(name, i, features[i][j], j));
        }
      }
    }
  }
}
