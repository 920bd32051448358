package io.harmonica.examples.report;

import java.awt.BasicStroke;
import java.math.BigDecimal;
import java.math.MathContext;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;

/** How every chart looks: quiet axes, thin grid lines, the legend below. */
final class ChartStyle {

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
}
