package io.harmonica.cli.report;

import java.awt.Color;
import java.util.List;

/** The colours of all pictures. Ink and muted ink have a contrast above 4.5 on paper. */
final class Palette {

  static final Color PAPER = Color.WHITE;
  static final Color INK = new Color(0x1D2129);
  static final Color MUTED = new Color(0x5B6470);
  static final Color RULE = new Color(0xDFE2E6);

  /** Colours of lines and bars, apart in hue and in lightness; the first is the accent. */
  static final List<Color> SERIES =
      List.of(
          new Color(0x0F766E),
          new Color(0xD97706),
          new Color(0x4F46B5),
          new Color(0xB83280),
          new Color(0x5B6470),
          new Color(0x65A30D));

  /**
   * From dark violet over teal to yellow: lightness grows evenly, so grey prints keep the order.
   */
  private static final int[] SEQUENTIAL = {
    0x3B0A55, 0x433881, 0x31648E, 0x218A8C, 0x38AE78, 0x8FCF4A, 0xF7E43A
  };

  private Palette() {}

  /**
   * The colour of a value on the sequential scale.
   *
   * @param value 0 (dark) to 1 (light); values outside take the nearer end
   * @return the colour, interpolated between the anchors
   */
  static Color sequential(double value) {
    double position = Math.max(0, Math.min(1, value)) * (SEQUENTIAL.length - 1);
    int below = Math.min((int) position, SEQUENTIAL.length - 2);
    double fraction = position - below;
    int from = SEQUENTIAL[below];
    int to = SEQUENTIAL[below + 1];
    return new Color(
        mix(from >> 16, to >> 16, fraction),
        mix(from >> 8, to >> 8, fraction),
        mix(from, to, fraction));
  }

  private static int mix(int from, int to, double fraction) {
    return (int) Math.round((from & 0xFF) * (1 - fraction) + (to & 0xFF) * fraction);
  }

  /** Relative luminance by WCAG 2: 0 for black, 1 for white. */
  static double luminance(Color color) {
    return 0.2126 * linear(color.getRed())
        + 0.7152 * linear(color.getGreen())
        + 0.0722 * linear(color.getBlue());
  }

  private static double linear(int component) {
    double c = component / 255.0;
    return c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4);
  }
}
