package io.harmonica.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import org.junit.jupiter.api.Test;

class PaletteTest {

  @Test
  void sequentialColoursGrowLighter() {
    double last = -1;
    for (int i = 0; i <= 100; i++) {
      double luminance = Palette.luminance(Palette.sequential(i / 100.0));
      assertThat(luminance).as("luminance at %d%%", i).isGreaterThan(last);
      last = luminance;
    }
  }

  @Test
  void valuesOutsideTakeTheNearerEnd() {
    assertThat(Palette.sequential(-3)).isEqualTo(Palette.sequential(0));
    assertThat(Palette.sequential(1.5)).isEqualTo(Palette.sequential(1));
  }

  @Test
  void textStandsOutFromPaper() {
    assertThat(contrastWithPaper(Palette.INK)).isGreaterThan(7);
    assertThat(contrastWithPaper(Palette.MUTED)).isGreaterThan(4.5);
    assertThat(Palette.SERIES).allSatisfy(c -> assertThat(contrastWithPaper(c)).isGreaterThan(3));
  }

  private static double contrastWithPaper(Color colour) {
    return (Palette.luminance(Palette.PAPER) + 0.05) / (Palette.luminance(colour) + 0.05);
  }
}
