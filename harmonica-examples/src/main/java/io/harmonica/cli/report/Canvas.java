package io.harmonica.cli.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * A sheet of paper to draw on, which leaves text out where there are no fonts. Coordinates are
 * image pixels from the top left.
 */
final class Canvas {

  /** Image pixels per CSS pixel. */
  static final int PIXELS_PER_POINT = 2;

  /** Where a text's x coordinate lies in it. */
  enum Anchor {
    LEFT,
    MIDDLE,
    RIGHT
  }

  private final BufferedImage image;
  private final Graphics2D graphics;

  Canvas(int width, int height) {
    image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    graphics = image.createGraphics();
    graphics.setColor(Palette.PAPER);
    graphics.fillRect(0, 0, width, height);
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    graphics.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
  }

  Graphics2D graphics() {
    return graphics;
  }

  void fill(Color color, double x, double y, double width, double height) {
    graphics.setColor(color);
    graphics.fill(new Rectangle2D.Double(x, y, width, height));
  }

  void line(Color color, double x1, double y1, double x2, double y2) {
    graphics.setColor(color);
    graphics.draw(new Line2D.Double(x1, y1, x2, y2));
  }

  /** Draws text with its capitals centred on a height; does nothing without fonts. */
  void text(String text, double x, double middle, Anchor anchor, Font font, Color color) {
    if (!Fonts.available()) {
      return;
    }
    double width = graphics.getFontMetrics(font).stringWidth(text);
    double left =
        switch (anchor) {
          case LEFT -> x;
          case MIDDLE -> x - width / 2;
          case RIGHT -> x - width;
        };
    double capitals =
        font.createGlyphVector(graphics.getFontRenderContext(), "H").getVisualBounds().getHeight();
    graphics.setFont(font);
    graphics.setColor(color);
    graphics.drawString(text, (float) left, (float) (middle + capitals / 2));
  }

  /** Draws lines of text of a height each, the last of which ends at the bottom. */
  void lines(List<String> lines, double x, double bottom, int height, Font font) {
    for (int i = 0; i < lines.size(); i++) {
      double middle = bottom - height * (lines.size() - i - 0.5);
      text(lines.get(i), x, middle, Anchor.LEFT, font, Palette.MUTED);
    }
  }

  /** Draws a picture enlarged by whole pixels. */
  void picture(BufferedImage picture, int x, int y, int scale) {
    graphics.drawImage(
        picture, x, y, picture.getWidth() * scale, picture.getHeight() * scale, null);
  }

  /** Ends the drawing and gives the image. */
  BufferedImage finish() {
    graphics.dispose();
    return image;
  }

  /** Cuts a text off, with an ellipsis, where it is wider than a number of image pixels. */
  static String cut(String text, Font font, int width) {
    String shown = text;
    for (int end = text.length() - 1; end > 0 && widthOf(List.of(shown), font) > width; end--) {
      shown = text.substring(0, end).strip() + "\u2026";
    }
    return shown;
  }

  /**
   * Breaks a text between words into lines no wider than a number of image pixels, none without
   * fonts.
   */
  static List<String> broken(String text, Font font, int width) {
    List<String> lines = new ArrayList<>();
    if (!Fonts.available()) {
      return lines;
    }
    String line = "";
    for (String word : text.strip().split("\\s+")) {
      String longer = line.isEmpty() ? word : line + " " + word;
      if (!line.isEmpty() && widthOf(List.of(longer), font) > width) {
        lines.add(line);
        longer = word;
      }
      line = longer;
    }
    lines.add(line);
    return lines.stream().map(each -> cut(each, font, width)).toList();
  }

  /** The width of the longest text in image pixels; 0 for no texts or without fonts. */
  static int widthOf(Iterable<String> texts, Font font) {
    if (!Fonts.available()) {
      return 0;
    }
    Graphics2D graphics = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
    try {
      FontMetrics metrics = graphics.getFontMetrics(font);
      int width = 0;
      for (String text : texts) {
        width = Math.max(width, metrics.stringWidth(text));
      }
      return width;
    } finally {
      graphics.dispose();
    }
  }
}
