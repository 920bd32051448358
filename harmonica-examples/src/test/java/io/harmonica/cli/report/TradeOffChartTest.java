package io.harmonica.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.harmonica.eval.Estimate;
import io.harmonica.eval.Interval;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TradeOffChartTest {

  private static TradeOffChart.Point point(String name, double x, double y, double reach) {
    return new TradeOffChart.Point(
        name, Estimate.exact(x), new Estimate(y, new Interval(y - reach, y + reach)));
  }

  @Test
  void barsAreAsLongAsTheirIntervals() {
    assumeTrue(Fonts.available());
    BufferedImage chart =
        new TradeOffChart()
            .axes("speed-up", "distance")
            .point("a", point("narrow", 1, 10, 1))
            .point("b", point("wide", 2, 10, 4))
            .draw()
            .orElseThrow();
    int narrow = height(chart, Palette.SERIES.get(0));
    int wide = height(chart, Palette.SERIES.get(1));
    assertThat((double) wide / narrow).isBetween(3.5, 4.5);
  }

  /** The most rows that a colour covers in one column. */
  private static int height(BufferedImage chart, Color colour) {
    return IntStream.range(0, chart.getWidth())
        .map(
            x ->
                (int)
                    IntStream.range(0, chart.getHeight())
                        .filter(y -> chart.getRGB(x, y) == colour.getRGB())
                        .count())
        .max()
        .orElse(0);
  }

  @Test
  void familiesKeepTheirColourWhereOneHasNothingToDraw() {
    assumeTrue(Fonts.available());
    BufferedImage chart =
        new TradeOffChart()
            .logarithmic()
            .point("full", point("full", 1, 0, 0))
            .point("interval", point("interval:2", 2, 0.01, 0.001))
            .point("interval", point("interval:3", 3, 0.1, 0.2))
            .draw()
            .orElseThrow();
    assertThat(height(chart, Palette.SERIES.get(0))).isZero();
    assertThat(height(chart, Palette.SERIES.get(1))).isPositive();
  }

  @Test
  void nothingToDrawIsNoPicture() {
    assertThat(new TradeOffChart().draw()).isEmpty();
    assertThat(new TradeOffChart().logarithmic().point("a", point("a", 1, 0, 0)).draw()).isEmpty();
    assertThat(new TradeOffChart().point("a", point("a", Double.POSITIVE_INFINITY, 1, 0)).draw())
        .isEmpty();
    assertThatThrownBy(() -> new TradeOffChart().point(" ", point("a", 1, 1, 0)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
