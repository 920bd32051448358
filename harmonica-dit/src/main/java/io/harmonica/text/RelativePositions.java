package io.harmonica.text;

/**
 * T5's classes of distances between tokens (Raffel et al., 2020, section 2.1): half of the buckets
 * are for what comes later, half for the rest; within a half, one class each for small distances,
 * then logarithmically wider ones up to the largest distance.
 */
final class RelativePositions {
  private RelativePositions() {}

  /**
   * Returns the class of every pair of tokens.
   *
   * @return [length, length], row-major; a row for each token that looks
   */
  static long[] buckets(T5Config config, int length) {
    long[] classes = new long[length * length];
    for (int from = 0; from < length; from++) {
      for (int to = 0; to < length; to++) {
        classes[from * length + to] = bucket(config, to - from);
      }
    }
    return classes;
  }

  /** Computed in float, as in transformers: at a border, a digit more could change the class. */
  static int bucket(T5Config config, int distance) {
    int half = config.buckets() / 2;
    int first = distance > 0 ? half : 0;
    int steps = Math.abs(distance);
    int exact = half / 2;
    if (steps < exact) {
      return first + steps;
    }
    float place = (float) Math.log((float) steps / exact);
    float whole = (float) Math.log((double) config.maxDistance() / exact);
    return first + Math.min(half - 1, exact + (int) (place / whole * (half - exact)));
  }
}
