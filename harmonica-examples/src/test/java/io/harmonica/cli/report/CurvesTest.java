package io.harmonica.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CurvesTest {

  private static final Color ACCENT = Palette.SERIES.get(0);

  @Test
  void drawsOneColourForEachLine() {
    assumeTrue(Fonts.available());
    BufferedImage chart =
        Curves.titled("Loss")
            .axes("trajectory", "loss")
            .line("paper", new double[] {3, 2, 1})
            .line("ours", new double[] {0, 5, 10}, new double[] {2, 1, 0.5})
            .draw()
            .orElseThrow();
    assertThat(rows(chart, ACCENT)).isNotEmpty();
    assertThat(rows(chart, Palette.SERIES.get(1))).isNotEmpty();
    assertThat(rows(chart, Palette.SERIES.get(2))).isEmpty();
  }

  @Test
  void logarithmicAxisPutsValuesWhereItsGridSays() {
    assumeTrue(Fonts.available());
    double[] values = new double[40];
    Arrays.fill(values, 0.02);
    BufferedImage chart =
        Curves.titled("").logarithmic().line("constant", values).draw().orElseThrow();

    List<Integer> grid = rows(chart, Palette.RULE);
    double top = grid.get(0); // 0.1
    double bottom = grid.get(grid.size() - 1); // 0.01
    double line = rows(chart, ACCENT).stream().mapToInt(v -> v).average().orElseThrow();
    double height = (bottom - line) / (bottom - top);
    assertThat(height).isCloseTo(Math.log10(2), within(0.01));
  }

  @Test
  void gapsAndValuesWithoutALogarithmAreLeftOut() {
    assumeTrue(Fonts.available());
    double[] values = {1e-7, Double.NaN, 0, -1, Double.POSITIVE_INFINITY, 1e-5};
    assertThat(Curves.titled("").logarithmic().line("loss", values).draw()).isPresent();
    assertThat(Curves.titled("").logarithmic().line("loss", new double[] {0, -1}).draw()).isEmpty();
    assertThat(Curves.titled("").line("loss", new double[] {Double.NaN}).draw()).isEmpty();
    assertThat(Curves.titled("").draw()).isEmpty();
  }

  @Test
  void singlePointsAndConstantsAreDrawn() {
    assumeTrue(Fonts.available());
    assertThat(Curves.titled("").line("one", new double[] {3}).draw()).isPresent();
    assertThat(Curves.titled("").line("zero", new double[] {0, 0, 0}).draw()).isPresent();
    assertThat(Curves.titled("").logarithmic().line("one", new double[] {1}).draw()).isPresent();
  }

  @Test
  void tickLabelsAreShort() {
    assertThat(ChartStyle.tickLabel(0)).isEqualTo("0");
    assertThat(ChartStyle.tickLabel(0.30000000000000004)).isEqualTo("0.3");
    assertThat(ChartStyle.tickLabel(0.0005)).isEqualTo("0.0005");
    assertThat(ChartStyle.tickLabel(-2.5e-7)).isEqualTo("-2.5e-7");
    assertThat(ChartStyle.tickLabel(1000)).isEqualTo("1000");
    assertThat(ChartStyle.tickLabel(3e6)).isEqualTo("3e6");
  }

  @Test
  void refusesLinesThatMakeNoSense() {
    Curves curves = Curves.titled("").line("a", new double[] {1});
    assertThatThrownBy(() -> curves.line("a", new double[] {1}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("taken");
    assertThatThrownBy(() -> curves.line("b", new double[2], new double[3]))
        .hasMessage("b: 3 values over 2 positions");
    assertThatThrownBy(() -> curves.line("c", new double[] {Double.NaN}, new double[1]))
        .hasMessage("c: a position is not finite");
  }

  /** The rows in which a colour covers more than a letter would. */
  private static List<Integer> rows(BufferedImage chart, Color colour) {
    return IntStream.range(0, chart.getHeight())
        .filter(
            y ->
                IntStream.range(0, chart.getWidth())
                        .filter(x -> chart.getRGB(x, y) == colour.getRGB())
                        .count()
                    > 5)
        .boxed()
        .toList();
  }
}
