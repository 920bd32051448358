package io.harmonica.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RouterHeatMapTest {

  private static final List<String> BRANCHES = List.of("0 attn", "0 mlp", "1 attn", "1 mlp");

  @Test
  void computedCellsShowTheirScoreAlone() {
    double[][] scores = {{1, 1, 1, 1}, {0.25, 0.5, 0.75, 0}};
    boolean[][] plan = {{true, true, true, true}, {true, true, true, true}};
    BufferedImage map = RouterHeatMap.draw(scores, plan, BRANCHES);
    for (int step = 0; step < 2; step++) {
      for (int branch = 0; branch < 4; branch++) {
        int expected = Palette.sequential(scores[step][branch]).getRGB();
        assertThat(colours(map, cell(map, step, branch))).containsExactly(expected);
      }
    }
  }

  @Test
  void reusedCellsAreHatchedWhateverTheirScore() {
    for (double score : new double[] {0, 0.3, 0.6, 1}) {
      double[][] scores = {{1, 1, 1, 1}, {score, score, score, score}};
      boolean[][] plan = {{true, true, true, true}, {true, false, true, false}};
      BufferedImage map = RouterHeatMap.draw(scores, plan, BRANCHES);
      int ground = Palette.sequential(score).getRGB();
      assertThat(colours(map, cell(map, 1, 0))).containsExactly(ground);
      assertThat(colours(map, cell(map, 1, 1))).contains(ground).hasSizeGreaterThan(1);
      assertThat(share(map, cell(map, 1, 3), ground)).isBetween(0.3, 0.9);
    }
  }

  @Test
  void barsTellTheShareThatEachStepComputes() {
    double[][] scores = new double[3][4];
    boolean[][] plan = {
      {true, true, true, true}, {true, false, false, false}, {false, false, false, false}
    };
    BufferedImage map = RouterHeatMap.draw(scores, plan, BRANCHES);
    int accent = Palette.SERIES.get(0).getRGB();
    for (int step = 0; step < 3; step++) {
      Rectangle cell = cell(map, step, 0);
      Rectangle bar = new Rectangle(cell.x, 24, cell.width, 72);
      assertThat(share(map, bar, accent)).isEqualTo(new double[] {1, 0.25, 0}[step]);
    }
  }

  @Test
  void cellsStayLargeForManySteps() {
    int steps = 60;
    List<String> branches = new ArrayList<>();
    for (int i = 0; i < 84; i++) {
      branches.add(i / 3 + " kind" + i % 3);
    }
    BufferedImage map = RouterHeatMap.draw(new float[steps][84], new boolean[steps][84], branches);
    assertThat(map.getWidth()).isGreaterThan(steps * 26);
    assertThat(map.getHeight()).isGreaterThan(84 * 26);
  }

  @Test
  void smallestMapWorks() {
    BufferedImage map =
        RouterHeatMap.draw(new double[][] {{0.5}}, new boolean[][] {{true}}, List.of("0 attn"));
    assertThat(map.getWidth()).isPositive();
  }

  @Test
  void refusesShapesThatDoNotFit() {
    double[][] scores = new double[2][4];
    assertThatThrownBy(() -> RouterHeatMap.draw(scores, new boolean[3][4], BRANCHES))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("scores for 2 steps with a plan for 3");
    assertThatThrownBy(() -> RouterHeatMap.draw(scores, new boolean[2][5], BRANCHES))
        .hasMessage("step 0 has 4 scores and 5 plan entries for 4 branches");
    assertThatThrownBy(() -> RouterHeatMap.draw(new double[0][], new boolean[0][], BRANCHES))
        .hasMessageContaining("at least one step");
    assertThatThrownBy(
            () -> RouterHeatMap.draw(scores, new boolean[2][4], Collections.nCopies(3, "x")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Where the picture has a cell of a map with four branches in two blocks and few steps. */
  private static Rectangle cell(BufferedImage map, int step, int branch) {
    int width = 52;
    int height = 32;
    int left = 24;
    while (!isBar(map, left)) {
      left++;
    }
    int top = 24 + 72 + 12 + branch * height + (branch >= 2 ? 4 : 0);
    return new Rectangle(left + step * width, top, width - 1, height - 1);
  }

  private static boolean isBar(BufferedImage map, int x) {
    int rgb = map.getRGB(x, 24);
    return rgb == Palette.SERIES.get(0).getRGB() || rgb == Palette.RULE.getRGB();
  }

  private static Set<Integer> colours(BufferedImage map, Rectangle area) {
    Set<Integer> colours = new HashSet<>();
    for (int y = area.y; y < area.y + area.height; y++) {
      for (int x = area.x; x < area.x + area.width; x++) {
        colours.add(map.getRGB(x, y));
      }
    }
    return colours;
  }

  private static double share(BufferedImage map, Rectangle area, int colour) {
    int count = 0;
    for (int y = area.y; y < area.y + area.height; y++) {
      for (int x = area.x; x < area.x + area.width; x++) {
        count += map.getRGB(x, y) == colour ? 1 : 0;
      }
    }
    return (double) count / (area.width * area.height);
  }
}
