package io.harmonica.cli.report;

import io.harmonica.eval.Estimate;
import io.harmonica.eval.Interval;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws what is bought against what it costs: named points with their intervals, those of one
 * family joined by a line.
 */
public final class TradeOffChart {
  private static final int WIDTH = 720; // CSS pixels
  private static final int HEIGHT = 420;
  private static final double MARGIN = 0.12;
  private static final List<Marker> MARKERS =
      List.of(SeriesMarkers.CIRCLE, SeriesMarkers.DIAMOND, SeriesMarkers.SQUARE);

  private final Map<String, List<Point>> families = new LinkedHashMap<>();
  private String xAxis = "";
  private String yAxis = "";
  private boolean logarithmic;

  /**
   * One point.
   *
   * @param name the text beside it
   * @param x where it lies
   * @param y its height
   */
  public record Point(String name, Estimate x, Estimate y) {

    boolean drawable(boolean logarithmic) {
      return isFinite(x) && isFinite(y) && (!logarithmic || y.value() > 0);
    }

    private static boolean isFinite(Estimate number) {
      return Double.isFinite(number.value() + number.interval().low() + number.interval().high());
    }
  }

  /** Starts a chart. */
  public TradeOffChart() {}

  /**
   * Names the axes.
   *
   * @param x what is bought, with its unit
   * @param y what it costs, with its unit
   * @return this
   */
  public TradeOffChart axes(String x, String y) {
    xAxis = x;
    yAxis = y;
    return this;
  }

  /**
   * Makes the y axis logarithmic; points that are not positive are left out.
   *
   * @return this
   */
  public TradeOffChart logarithmic() {
    logarithmic = true;
    return this;
  }

  /**
   * Adds a point.
   *
   * @param family the family whose line it lies on, not blank
   * @param point the point
   * @return this
   */
  public TradeOffChart point(String family, Point point) {
    if (family.isBlank()) {
      throw new IllegalArgumentException("a family needs a name");
    }
    families.computeIfAbsent(family, name -> new ArrayList<>()).add(point);
    return this;
  }

  /**
   * Draws all points.
   *
   * @return the picture; empty without fonts (see {@link Fonts#available()}) or if there is no
   *     point that can be drawn
   */
  public Optional<BufferedImage> draw() {
    Map<String, List<Point>> drawable = drawable();
    if (drawable.isEmpty() || !Fonts.available()) {
      return Optional.empty();
    }
    XYChart chart = new XYChartBuilder().xAxisTitle(xAxis).yAxisTitle(yAxis).build();
    ChartStyle.apply(chart.getStyler());
    chart.getStyler().setChartTitleVisible(false);
    chart.getStyler().setMarkerSize(8);
    ChartStyle.placeLegend(chart.getStyler(), drawable.keySet());
    setAxes(chart, drawable.values().stream().flatMap(List::stream).toList());
    PointLabels labels = new PointLabels();
    int number = 0;
    // Counting families that have no point here keeps the colours of several charts alike.
    for (String family : families.keySet()) {
      List<Point> points = drawable.getOrDefault(family, List.of());
      if (!points.isEmpty()) {
        addFamily(chart, family, points, number);
        addLabels(labels, points, Palette.SERIES.get(number % Palette.SERIES.size()));
      }
      number++;
    }
    chart.addAnnotation(labels);
    return Optional.of(ChartStyle.paint(chart, WIDTH, HEIGHT));
  }

  private void addLabels(PointLabels labels, List<Point> points, Color colour) {
    for (int i = 0; i < points.size(); i++) {
      Point point = points.get(i);
      double x = point.x().value();
      double y = point.y().value();
      labels.add(point.name(), x, y, colour);
      labels.avoid(x, lowEnd(point), x, point.y().interval().high());
      labels.avoid(point.x().interval().low(), y, point.x().interval().high(), y);
      if (i > 0) {
        labels.avoid(points.get(i - 1).x().value(), points.get(i - 1).y().value(), x, y);
      }
    }
  }

  private Map<String, List<Point>> drawable() {
    Map<String, List<Point>> drawable = new LinkedHashMap<>();
    families.forEach(
        (family, points) -> {
          List<Point> kept =
              points.stream()
                  .filter(point -> point.drawable(logarithmic))
                  .sorted(Comparator.comparingDouble(point -> point.x().value()))
                  .toList();
          if (!kept.isEmpty()) {
            drawable.put(family, kept);
          }
        });
    return drawable;
  }

  private void setAxes(XYChart chart, List<Point> points) {
    XYStyler styler = chart.getStyler();
    double left = points.stream().mapToDouble(at -> at.x().interval().low()).min().orElseThrow();
    double right = points.stream().mapToDouble(at -> at.x().interval().high()).max().orElseThrow();
    double room = MARGIN * Math.max(right - left, 1e-3 * Math.abs(right) + 1e-9);
    styler.setXAxisMin(left >= 0 ? Math.max(0, left - room) : left - room);
    styler.setXAxisMax(right + room);
    styler.setxAxisTickLabelsFormattingFunction(ChartStyle::tickLabel);
    double low = points.stream().mapToDouble(this::lowEnd).min().orElseThrow();
    double high = points.stream().mapToDouble(at -> at.y().interval().high()).max().orElseThrow();
    ChartStyle.hiddenPoint(chart, left + 0.37 * (right - left), high);
    if (logarithmic) {
      ChartStyle.wholeDecades(styler, low, high);
      return;
    }
    styler.setyAxisTickLabelsFormattingFunction(ChartStyle::tickLabel);
    double space = MARGIN * Math.max(high - low, 1e-3 * Math.abs(high) + 1e-9);
    styler.setYAxisMin(low >= 0 ? Math.max(0, low - space) : low - space);
    styler.setYAxisMax(high + space);
  }

  /** Where an interval begins that a logarithmic axis would have no place for. */
  private double lowEnd(Point point) {
    double low = point.y().interval().low();
    return logarithmic && low <= 0 ? point.y().value() : low;
  }

  private void addFamily(XYChart chart, String family, List<Point> points, int number) {
    Color colour = Palette.SERIES.get(number % Palette.SERIES.size());
    XYSeries series =
        chart.addSeries(
            family,
            points.stream().map(point -> point.x().value()).toList(),
            points.stream().map(point -> point.y().value()).toList());
    series.setLineColor(colour);
    series.setLineStyle(ChartStyle.stroke(1.5f, number));
    series.setMarkerColor(colour);
    series.setMarker(MARKERS.get(number / Palette.SERIES.size() % MARKERS.size()));
    for (Point point : points) {
      Interval across = point.x().interval();
      double x = point.x().value();
      double y = point.y().value();
      addBar(chart, colour, List.of(x, x), List.of(lowEnd(point), point.y().interval().high()));
      addBar(chart, colour, List.of(across.low(), across.high()), List.of(y, y));
    }
  }

  private static void addBar(XYChart chart, Color colour, List<Double> x, List<Double> y) {
    XYSeries bar = chart.addSeries("bar " + chart.getSeriesMap().size(), x, y);
    bar.setShowInLegend(false);
    bar.setLineColor(colour);
    bar.setLineStyle(ChartStyle.stroke(2.5f, 0));
    bar.setMarker(SeriesMarkers.NONE);
  }
}
