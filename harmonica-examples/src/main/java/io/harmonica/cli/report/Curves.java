package io.harmonica.cli.report;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Draws numbers over trajectories or steps: lines on a linear or logarithmic axis.
 *
 * <p>A chart can't be drawn without fonts, and there is nothing to draw when no value is finite, so
 * the drawing methods return an {@link Optional} and never fail for either reason: put {@link
 * Fonts#REMEDY} in the place of the picture. Settings may be changed between drawings; an instance
 * is not for use by several threads at once.
 */
public final class Curves {

  private static final int WIDTH = 720; // CSS pixels
  private static final int HEIGHT = 340;
  private static final int FEW_POINTS = 20;

  private final String title;
  private final List<Line> lines = new ArrayList<>();
  private String xAxis = "";
  private String yAxis = "";
  private boolean logarithmic;

  private record Line(String name, List<Double> x, List<Double> y) {}

  private Curves(String title) {
    this.title = title;
  }

  /**
   * Starts a chart of lines.
   *
   * @param title the text above it, may be empty
   * @return the chart, to be filled and drawn
   */
  public static Curves titled(String title) {
    return new Curves(title);
  }

  /**
   * Names the axes.
   *
   * @param x what the values are plotted over, with its unit
   * @param y what the values are, with their unit
   * @return this
   */
  public Curves axes(String x, String y) {
    xAxis = x;
    yAxis = y;
    return this;
  }

  /**
   * Makes the y axis logarithmic; values that are not positive become gaps.
   *
   * @return this
   */
  public Curves logarithmic() {
    logarithmic = true;
    return this;
  }

  /**
   * Adds a line over 0, 1, 2, ...
   *
   * @param name its name in the legend, which no other line has
   * @param y its values; those that are not finite become gaps
   * @return this
   */
  public Curves line(String name, double[] y) {
    return line(name, IntStream.range(0, y.length).asDoubleStream().toArray(), y);
  }

  /**
   * Adds a line.
   *
   * @param name its name in the legend, which no other line has
   * @param x where each value lies, finite, in ascending order
   * @param y its values; those that are not finite become gaps
   * @return this
   * @throws IllegalArgumentException if {@code x} and {@code y} differ in length, {@code x} is not
   *     finite, or the name is taken
   */
  public Curves line(String name, double[] x, double[] y) {
    if (x.length != y.length) {
      throw new IllegalArgumentException(
          "%s: %d values over %d positions".formatted(name, y.length, x.length));
    }
    if (!Arrays.stream(x).allMatch(Double::isFinite)) {
      throw new IllegalArgumentException(name + ": a position is not finite");
    }
    return add(new Line(name, boxed(x), boxed(y)));
  }

  /**
   * Draws all lines.
   *
   * @return the picture; empty without fonts (see {@link Fonts#available()}) or if there is no
   *     value that can be drawn
   */
  public Optional<BufferedImage> draw() {
    List<Line> drawable = lines.stream().map(this::withGaps).filter(Curves::hasValues).toList();
    if (drawable.isEmpty() || !Fonts.available()) {
      return Optional.empty();
    }
    XYChart chart = new XYChartBuilder().title(title).xAxisTitle(xAxis).yAxisTitle(yAxis).build();
    ChartStyle.apply(chart.getStyler());
    chart.getStyler().setLegendVisible(drawable.size() > 1);
    ChartStyle.placeLegend(chart.getStyler(), drawable.stream().map(Line::name).toList());
    chart.getStyler().setChartTitleVisible(!title.isEmpty());
    setYAxis(chart.getStyler(), drawable);
    placeTicksAtRoundNumbers(chart, drawable.get(0));
    for (int i = 0; i < drawable.size(); i++) {
      addSeries(chart, drawable.get(i), i);
    }
    return Optional.of(ChartStyle.paint(chart, WIDTH, HEIGHT));
  }

  private void setYAxis(XYStyler styler, List<Line> drawable) {
    DoubleSummaryStatistics values =
        drawable.stream()
            .flatMap(line -> line.y().stream())
            .filter(Double::isFinite)
            .mapToDouble(v -> v)
            .summaryStatistics();
    if (logarithmic) {
      ChartStyle.wholeDecades(styler, values.getMin(), values.getMax());
      return;
    }
    styler.setyAxisTickLabelsFormattingFunction(ChartStyle::tickLabel);
  }

  /**
   * Adds a point that is not shown. XChart 3.8.8 labels every k-th position of evenly spaced data,
   * such as 0, 37, 74; one position off the grid makes it choose round numbers.
   */
  private static void placeTicksAtRoundNumbers(XYChart chart, Line line) {
    List<Double> x = line.x();
    double step = x.size() > 1 ? x.get(1) - x.get(0) : 0;
    double value = line.y().stream().filter(Double::isFinite).findFirst().orElseThrow();
    ChartStyle.hiddenPoint(chart, x.get(0) + 0.3 * step, value);
    XYStyler styler = chart.getStyler();
    styler.setxAxisTickLabelsFormattingFunction(ChartStyle::tickLabel);
    double span = x.get(x.size() - 1) - x.get(0);
    if (x.stream().allMatch(v -> v == Math.rint(v))) {
      int unit = (int) Math.ceil(WIDTH / Math.max(1, span)); // no ticks between whole numbers
      styler.setXAxisTickMarkSpacingHint(Math.max(unit, styler.getXAxisTickMarkSpacingHint()));
    }
  }

  private static void addSeries(XYChart chart, Line line, int number) {
    Color colour = Palette.SERIES.get(number % Palette.SERIES.size());
    XYSeries series = chart.addSeries(line.name(), line.x(), line.y());
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Line);
    series.setLineColor(colour);
    series.setFillColor(colour);
    series.setMarkerColor(colour);
    series.setLineStyle(ChartStyle.stroke(2, number));
    boolean marked = line.x().size() <= FEW_POINTS;
    series.setMarker(marked ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
  }

  private Curves add(Line line) {
    if (line.name().isBlank() || lines.stream().anyMatch(l -> l.name().equals(line.name()))) {
      throw new IllegalArgumentException("the name \"" + line.name() + "\" is blank or taken");
    }
    lines.add(line);
    return this;
  }

  private Line withGaps(Line line) {
    List<Double> y =
        line.y().stream()
            .map(v -> Double.isFinite(v) && (v > 0 || !logarithmic) ? v : Double.NaN)
            .toList();
    return new Line(line.name(), line.x(), y);
  }

  private static boolean hasValues(Line line) {
    return line.y().stream().anyMatch(Double::isFinite);
  }

  private static List<Double> boxed(double[] values) {
    return Arrays.stream(values).boxed().toList();
  }
}
