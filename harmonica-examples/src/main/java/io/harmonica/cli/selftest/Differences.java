package io.harmonica.cli.selftest;

/** How far numbers are from others. */
final class Differences {
  private Differences() {}

  /** The largest difference, as a share of the expected numbers' largest. */
  static double largest(float[] expected, float[] found) {
    double scale = 0;
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      if (!Float.isFinite(found[i])) {
        return Double.POSITIVE_INFINITY;
      }
      scale = Math.max(scale, Math.abs(expected[i]));
      worst = Math.max(worst, Math.abs((double) expected[i] - found[i]));
    }
    return worst / scale;
  }

  /** The mean squared difference. */
  static double meanSquare(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = (double) a[i] - b[i];
      sum += difference * difference;
    }
    return sum / a.length;
  }
}
