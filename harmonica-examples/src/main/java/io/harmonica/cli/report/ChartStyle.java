package io.harmonica.cli.report;

import java.awt.BasicStroke;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** How every chart looks: quiet axes, thin grid lines, the legend below. */
final class ChartStyle {
  private static final int LEGEND_WIDTH = 600; // CSS pixels
  private static final int LEGEND_SIGN = 40;
  private static final int LEGEND_LETTER = 8;

  /** Null is a line without gaps. */
  private static final List<float[]> DASHES =
      Arrays.asList(null, new float[] {7, 5}, new float[] {1, 5});

  private ChartStyle() {}

  static void apply(XYStyler styler) {
    styler.setAntiAlias(true);
    styler.setChartPadding(14);
    styler.setChartBackgroundColor(Palette.PAPER);
    styler.setChartFontColor(Palette.INK);
    styler.setChartTitleFont(Fonts.bold(15));
    styler.setChartTitleBoxVisible(false);
    styler.setPlotBackgroundColor(Palette.PAPER);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setPlotGridLinesColor(Palette.RULE);
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setAxisTitleFont(Fonts.plain(12));
    styler.setXAxisTitleColor(Palette.MUTED);
    styler.setYAxisTitleColor(Palette.MUTED);
    styler.setAxisTickLabelsFont(Fonts.plain(11));
    styler.setAxisTickLabelsColor(Palette.INK);
    styler.setAxisTicksLineVisible(false);
    styler.setAxisTicksMarksVisible(false);
    styler.setLegendPosition(LegendPosition.OutsideS);
    styler.setLegendLayout(LegendLayout.Horizontal);
    styler.setLegendBorderColor(Palette.PAPER);
    styler.setLegendBackgroundColor(Palette.PAPER);
    styler.setLegendFont(Fonts.plain(12));
    styler.setMarkerSize(6);
  }

  /**
   * Makes the y axis logarithmic and lets it begin and end at powers of ten, the only values that
   * XChart labels.
   */
  static void wholeDecades(XYStyler styler, double least, double largest) {
    double low = Math.floor(Math.log10(least));
    double high = Math.max(low + 1, Math.ceil(Math.log10(largest)));
    styler.setYAxisLogarithmic(true);
    styler.setYAxisMin(Math.pow(10, low));
    styler.setYAxisMax(Math.pow(10, high));
    // Not a label function: with one, XChart 3.8.8 labels the axis as if it were linear.
    styler.setYAxisDecimalPattern(low < -4 || high > 6 ? "0E0" : "0.####");
  }

  /** Plain for ordinary numbers, such as 0.005, and otherwise short, such as 2e-7. */
  static String tickLabel(double value) {
    if (value == 0 || !Double.isFinite(value)) {
      return value == 0 ? "0" : "";
    }
    BigDecimal rounded = BigDecimal.valueOf(value).round(new MathContext(4)).stripTrailingZeros();
    double size = Math.abs(value);
    if (size >= 1e-4 && size < 1e6) {
      return rounded.toPlainString();
    }
    int exponent = rounded.precision() - rounded.scale() - 1;
    return rounded.movePointLeft(exponent).toPlainString() + "e" + exponent;
  }

  /** A line's stroke: solid for as many as there are colours, then dashed, then dotted. */
  static BasicStroke stroke(float width, int number) {
    float[] dashes = DASHES.get(number / Palette.SERIES.size() % DASHES.size());
    return new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND, 1, dashes, 0);
  }

  /**
   * Adds a point that is not shown. XChart 3.8.8 labels every k-th position of evenly spaced data,
   * such as 0, 37, 74; one position off the grid makes it choose round numbers.
   */
  static void hiddenPoint(XYChart chart, double x, double y) {
    XYSeries hidden = chart.addSeries(" ", List.of(x), List.of(y));
    hidden.setShowInLegend(false);
    hidden.setLineStyle(SeriesLines.NONE);
    hidden.setMarker(SeriesMarkers.NONE);
  }

  /** Draws a chart of a size in CSS pixels. */
  static BufferedImage paint(XYChart chart, int width, int height) {
    int scale = Canvas.PIXELS_PER_POINT;
    Canvas canvas = new Canvas(width * scale, height * scale);
    Graphics2D graphics = canvas.graphics();
    graphics.scale(scale, scale);
    chart.paint(graphics, width, height);
    return canvas.finish();
  }

  /** Puts a legend that would not fit below at the right. */
  static void placeLegend(XYStyler styler, Collection<String> names) {
    int width = names.stream().mapToInt(name -> LEGEND_SIGN + LEGEND_LETTER * name.length()).sum();
    if (width > LEGEND_WIDTH) {
      styler.setLegendPosition(LegendPosition.OutsideE);
      styler.setLegendLayout(LegendLayout.Vertical);
    }
  }
}
