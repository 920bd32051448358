package io.harmonica.clip;

/**
 * The bicubic resizing that CLIP's images went through, pixel by pixel in double precision: over
 * all old pixels of a row and then of a column, and whole numbers after each.
 */
final class PlainResize {
  private PlainResize() {}

  /** Resizes until the shorter side fits and cuts out the middle, [side, side, 3]. */
  static byte[] square(byte[] pixels, int height, int width, int side) {
    int shorter = Math.min(height, width);
    int newWidth = side * width / shorter;
    int newHeight = side * height / shorter;
    int left = (newWidth - side) / 2;
    int top = (newHeight - side) / 2;
    byte[] out = new byte[3 * side * side];
    for (int row = 0; row < side; row++) {
      for (int column = 0; column < side; column++) {
        for (int colour = 0; colour < 3; colour++) {
          double[] line = new double[height];
          for (int y = 0; y < height; y++) {
            double[] across = new double[width];
            for (int x = 0; x < width; x++) {
              across[x] = pixels[(y * width + x) * 3 + colour] & 0xff;
            }
            line[y] = at(left + column, newWidth, across);
          }
          out[(row * side + column) * 3 + colour] = (byte) at(top + row, newHeight, line);
        }
      }
    }
    return out;
  }

  private static int at(int place, int size, double... old) {
    double scale = (double) old.length / size;
    double centre = (place + 0.5) * scale;
    double sum = 0;
    double weights = 0;
    for (int i = 0; i < old.length; i++) {
      double weight = cubic(Math.abs(i + 0.5 - centre) / Math.max(1, scale));
      sum += weight * old[i];
      weights += weight;
    }
    return (int) Math.max(0, Math.min(255, Math.floor(sum / weights + 0.5)));
  }

  /** Keys's kernel of a = -1/2, by its pieces. */
  private static double cubic(double x) {
    if (x <= 1) {
      return 1.5 * x * x * x - 2.5 * x * x + 1;
    }
    return x < 2 ? -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2 : 0;
  }
}
