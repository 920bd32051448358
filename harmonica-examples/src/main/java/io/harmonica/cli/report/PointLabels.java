package io.harmonica.cli.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.geom.Line2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.knowm.xchart.internal.chartpart.Annotation;

/**
 * The names beside a chart's points, each where it hides no other name if there is such a place.
 */
final class PointLabels extends Annotation {
  private static final Font FONT = Fonts.plain(11);
  private static final int DISTANCE = 7;

  private final List<Label> labels = new ArrayList<>();

  private final List<Line2D> lines = new ArrayList<>();

  private record Label(String text, double x, double y, Color colour) {}

  PointLabels() {
    super(false);
  }

  void add(String text, double x, double y, Color colour) {
    labels.add(new Label(text, x, y, colour));
  }

  /** Names a line that labels keep off if they can. */
  void avoid(double x1, double y1, double x2, double y2) {
    lines.add(new Line2D.Double(x1, y1, x2, y2));
  }

  @Override
  public void paint(Graphics2D graphics) {
    graphics.setFont(FONT);
    List<Line2D> drawn = lines.stream().map(this::onScreen).toList();
    List<Rectangle2D> taken = new ArrayList<>();
    for (Label label : labels) {
      int x = getXAxisScreenValue(label.x());
      int y = getYAxisScreenValue(label.y());
      taken.add(new Rectangle2D.Double(x - 4, y - 4, 8, 8));
    }
    Rectangle2D paper =
        new Rectangle2D.Double(
            getXAxisScreenValueForMin(),
            0,
            getXAxisScreenValueForMax() - getXAxisScreenValueForMin(),
            getYAxisScreenValueForMax());
    for (Label label : labels) {
      Rectangle2D place = place(label, graphics.getFontMetrics(), taken, drawn, paper);
      taken.add(place);
      graphics.setColor(label.colour().darker());
      graphics.drawString(
          label.text(),
          (float) place.getX(),
          (float) (place.getMaxY() - graphics.getFontMetrics().getDescent()));
    }
  }

  private Line2D onScreen(Line2D line) {
    return new Line2D.Double(
        getXAxisScreenValue(line.getX1()),
        getYAxisScreenValue(line.getY1()),
        getXAxisScreenValue(line.getX2()),
        getYAxisScreenValue(line.getY2()));
  }

  /** The first free place that crosses the fewest lines; right above if there is none. */
  private Rectangle2D place(
      Label label,
      FontMetrics metrics,
      List<Rectangle2D> taken,
      List<Line2D> drawn,
      Rectangle2D paper) {
    List<Rectangle2D> places = places(label, metrics);
    return places.stream()
        .filter(paper::contains)
        .filter(place -> taken.stream().noneMatch(place::intersects))
        .min(
            Comparator.comparingLong(place -> drawn.stream().filter(place::intersectsLine).count()))
        .orElse(places.get(0));
  }

  /** Right above, right below, left above, left below, then farther off. */
  private List<Rectangle2D> places(Label label, FontMetrics metrics) {
    double width = metrics.stringWidth(label.text());
    double height = metrics.getAscent() + metrics.getDescent();
    double x = getXAxisScreenValue(label.x());
    double y = getYAxisScreenValue(label.y());
    List<Rectangle2D> places = new ArrayList<>();
    for (double lift = 0; lift < 2 * height; lift += height / 2) {
      for (double left : new double[] {x + DISTANCE, x - DISTANCE - width}) {
        places.add(new Rectangle2D.Double(left, y - height - lift, width, height));
        places.add(new Rectangle2D.Double(left, y + lift, width, height));
      }
    }
    return places;
  }
}
