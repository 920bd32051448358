package io.harmonica.cli.report;

import io.harmonica.cli.report.Canvas.Anchor;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;

/**
 * Draws what a router has learned: one column for each step, the first at the left, one row for
 * each branch, the first at the top. A cell's colour is the score, from dark (0, reuse) to light
 * (1, compute); a cell that the plan reuses is hatched. The bars above say which share of the
 * branches each step computes.
 */
public final class RouterHeatMap {

  private static final int MARGIN = 24;
  private static final int LEAST_CELL = 26; // 13 CSS pixels
  private static final int LARGEST_CELL = 52;
  private static final int PLOT_WIDTH = 1040;
  private static final int ROW_LIMIT = 40;
  private static final int BLOCK_GAP = 4;
  private static final int BARS = 72;
  private static final int BAR_GAP = 12;
  private static final int TEXT_GAP = 12;
  private static final int FOOT = 116;
  private static final int SCALE_WIDTH = 24;
  private static final int LEGEND_WIDTH = 470;
  private static final String SHARE = "computed";
  private static final Font SMALL = Fonts.plain(20);
  private static final Font LABEL = Fonts.plain(22);

  private final double[][] scores;
  private final boolean[][] plan;
  private final boolean[][] forecast;
  private final List<String> branches;
  private final int steps;
  private final int cellWidth;
  private final int cellHeight;
  private final int left;
  private final int top;
  private final int[] rowTops;
  private final int bottom;
  private final Canvas canvas;

  private RouterHeatMap(
      double[][] scores, boolean[][] plan, boolean[][] forecast, List<String> branches) {
    check(scores, plan, branches);
    check(scores, forecast, branches);
    this.scores = scores;
    this.plan = plan;
    this.forecast = forecast;
    this.branches = List.copyOf(branches);
    steps = scores.length;
    cellWidth = Math.max(LEAST_CELL, Math.min(LARGEST_CELL, PLOT_WIDTH / steps));
    cellHeight = branches.size() > ROW_LIMIT ? LEAST_CELL : LEAST_CELL + 6;
    int names = Math.max(Canvas.widthOf(branches, SMALL), Canvas.widthOf(List.of(SHARE), SMALL));
    left = MARGIN + (names == 0 ? 0 : names + TEXT_GAP);
    top = MARGIN + BARS + BAR_GAP;
    rowTops = new int[branches.size()];
    int y = top;
    for (int b = 0; b < rowTops.length; b++) {
      y += b > 0 && startsBlock(b) ? BLOCK_GAP : 0;
      rowTops[b] = y;
      y += cellHeight;
    }
    bottom = y;
    int scaleText = Canvas.widthOf(List.of("0.5"), SMALL) + TEXT_GAP;
    int width = Math.max(LEGEND_WIDTH, steps * cellWidth + MARGIN + SCALE_WIDTH + scaleText);
    canvas = new Canvas(left + width + MARGIN, bottom + (Fonts.available() ? FOOT : MARGIN));
  }

  /**
   * Draws scores and plan.
   *
   * @param scores [T][branches], each 0 to 1; step 0 runs first
   * @param plan [T][branches], true where the branch is computed
   * @param branches a name for each branch, such as "0 attn"; a thin gap sets branches apart whose
   *     names differ in the first word
   * @return the picture, with cells of at least 26 x 26 pixels
   * @throws IllegalArgumentException if there are no steps or branches, or the shapes do not fit
   */
  public static BufferedImage draw(double[][] scores, boolean[][] plan, List<String> branches) {
    return draw(scores, plan, new boolean[plan.length][branches.size()], branches);
  }

  /**
   * Draws scores and a plan that forecasts.
   *
   * @param scores [T][branches], each 0 to 1; step 0 runs first
   * @param plan [T][branches], true where the branch is computed
   * @param forecast [T][branches], true where more than the newest output is taken
   * @param branches a name for each branch
   * @return the picture
   * @throws IllegalArgumentException if there are no steps or branches, or the shapes do not fit
   * @see #draw(double[][], boolean[][], List)
   */
  public static BufferedImage draw(
      double[][] scores, boolean[][] plan, boolean[][] forecast, List<String> branches) {
    return new RouterHeatMap(scores, plan, forecast, branches).draw();
  }

  /**
   * Draws scores and plan.
   *
   * @param scores [T][branches], each 0 to 1; step 0 runs first
   * @param plan [T][branches], true where the branch is computed
   * @param branches a name for each branch
   * @return the picture
   * @throws IllegalArgumentException if there are no steps or branches, or the shapes do not fit
   * @see #draw(double[][], boolean[][], List)
   */
  public static BufferedImage draw(float[][] scores, boolean[][] plan, List<String> branches) {
    double[][] widened = new double[scores.length][];
    for (int t = 0; t < scores.length; t++) {
      widened[t] = new double[scores[t].length];
      for (int b = 0; b < scores[t].length; b++) {
        widened[t][b] = scores[t][b];
      }
    }
    return draw(widened, plan, branches);
  }

  private BufferedImage draw() {
    drawBars();
    for (int t = 0; t < steps; t++) {
      for (int b = 0; b < rowTops.length; b++) {
        drawCell(t, b);
      }
    }
    drawNames();
    drawSteps();
    drawScale();
    drawLegend();
    return canvas.finish();
  }

  private void drawCell(int step, int branch) {
    Color colour = Palette.sequential(scores[step][branch]);
    int x = x(step);
    int y = rowTops[branch];
    canvas.fill(colour, x, y, cellWidth - 1, cellHeight - 1);
    if (!plan[step][branch]) {
      hatch(colour, x, y, cellWidth - 1, cellHeight - 1, forecast[step][branch]);
    }
  }

  /** Draws diagonals that go on from cell to cell, in white or ink, whichever shows better. */
  private void hatch(Color ground, int x, int y, int width, int height, boolean crossed) {
    Graphics2D graphics = (Graphics2D) canvas.graphics().create();
    graphics.clip(new Rectangle2D.Double(x, y, width, height));
    boolean dark = Palette.luminance(ground) < 0.3;
    graphics.setColor(dark ? new Color(255, 255, 255, 190) : new Color(29, 33, 41, 170));
    graphics.setStroke(new BasicStroke(2));
    int distance = 10;
    int first = Math.floorDiv(x + y, distance) * distance;
    for (int sum = first; sum <= x + y + width + height; sum += distance) {
      graphics.drawLine(x - 1, sum - x + 1, x + width + 1, sum - x - width - 1);
    }
    int start = Math.floorDiv(y - x - width, distance) * distance;
    for (int sum = start; crossed && sum <= y + height - x; sum += distance) {
      graphics.drawLine(x - 1, sum + x - 1, x + width + 1, sum + x + width + 1);
    }
    graphics.dispose();
  }

  private void drawBars() {
    int base = top - BAR_GAP;
    for (int t = 0; t < steps; t++) {
      int computed = 0;
      for (boolean compute : plan[t]) {
        computed += compute ? 1 : 0;
      }
      double height = (double) BARS * computed / rowTops.length;
      canvas.fill(Palette.RULE, x(t), base - BARS, cellWidth - 1, BARS);
      canvas.fill(Palette.SERIES.get(0), x(t), base - height, cellWidth - 1, height);
    }
    canvas.text(SHARE, left - TEXT_GAP, base - BARS / 2.0, Anchor.RIGHT, SMALL, Palette.MUTED);
  }

  private void drawNames() {
    for (int b = 0; b < rowTops.length; b++) {
      double middle = rowTops[b] + cellHeight / 2.0;
      canvas.text(branches.get(b), left - TEXT_GAP, middle, Anchor.RIGHT, SMALL, Palette.INK);
    }
  }

  private void drawSteps() {
    int widest = Canvas.widthOf(List.of(String.valueOf(steps)), SMALL) + TEXT_GAP;
    int stride = 1;
    for (int candidate : new int[] {2, 5, 10, 20, 50, 100}) {
      if (stride * cellWidth < widest) {
        stride = candidate;
      }
    }
    for (int t = 0; t < steps; t += stride) {
      double middle = x(t) + cellWidth / 2.0;
      canvas.text(String.valueOf(t), middle, bottom + 20, Anchor.MIDDLE, SMALL, Palette.INK);
    }
  }

  private void drawScale() {
    int x = x(steps) + MARGIN;
    int height = Math.min(bottom - top, 360);
    for (int i = 0; i < height; i++) {
      canvas.fill(Palette.sequential(1 - i / (height - 1.0)), x, top + i, SCALE_WIDTH, 1);
    }
    double textX = x + SCALE_WIDTH + TEXT_GAP / 2.0;
    canvas.text("score", x, top - 24, Anchor.LEFT, SMALL, Palette.MUTED);
    canvas.text("1", textX, top + 8, Anchor.LEFT, SMALL, Palette.INK);
    if (height >= 90) {
      canvas.text("0.5", textX, top + height / 2.0, Anchor.LEFT, SMALL, Palette.INK);
    }
    canvas.text("0", textX, top + height - 8, Anchor.LEFT, SMALL, Palette.INK);
  }

  private static boolean any(boolean[] row) {
    for (boolean each : row) {
      if (each) {
        return true;
      }
    }
    return false;
  }

  private void drawLegend() {
    if (!Fonts.available()) {
      return;
    }
    canvas.text("step, noise to image", left, bottom + 48, Anchor.LEFT, LABEL, Palette.MUTED);
    int y = bottom + 72;
    int second = left + 32 + TEXT_GAP + Canvas.widthOf(List.of("computed"), LABEL) + 40;
    canvas.fill(Palette.sequential(0.5), left, y, 32, 24);
    canvas.text("computed", left + 44, y + 12, Anchor.LEFT, LABEL, Palette.INK);
    canvas.fill(Palette.sequential(0.1), second, y, 32, 24);
    hatch(Palette.sequential(0.1), second, y, 32, 24, false);
    canvas.text("reused", second + 44, y + 12, Anchor.LEFT, LABEL, Palette.INK);
    if (Arrays.stream(forecast).anyMatch(RouterHeatMap::any)) {
      int third = second + 32 + TEXT_GAP + Canvas.widthOf(List.of("reused"), LABEL) + 40;
      canvas.fill(Palette.sequential(0.1), third, y, 32, 24);
      hatch(Palette.sequential(0.1), third, y, 32, 24, true);
      canvas.text("forecast", third + 44, y + 12, Anchor.LEFT, LABEL, Palette.INK);
    }
  }

  private int x(int step) {
    return left + step * cellWidth;
  }

  private boolean startsBlock(int branch) {
    return !firstWord(branches.get(branch)).equals(firstWord(branches.get(branch - 1)));
  }

  private static String firstWord(String name) {
    int end = name.indexOf(' ');
    return end < 0 ? name : name.substring(0, end);
  }

  private static void check(double[][] scores, boolean[][] plan, List<String> branches) {
    if (scores.length == 0 || branches.isEmpty()) {
      throw new IllegalArgumentException("a heat map needs at least one step and one branch");
    }
    if (plan.length != scores.length) {
      throw new IllegalArgumentException(
          "scores for " + scores.length + " steps with a plan for " + plan.length);
    }
    for (int t = 0; t < scores.length; t++) {
      if (scores[t].length != branches.size() || plan[t].length != branches.size()) {
        throw new IllegalArgumentException(
            "step %d has %d scores and %d plan entries for %d branches"
                .formatted(t, scores[t].length, plan[t].length, branches.size()));
      }
    }
  }
}
