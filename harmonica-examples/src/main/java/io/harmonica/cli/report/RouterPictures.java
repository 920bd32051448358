package io.harmonica.cli.report;

import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.router.Router;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/** Turns routers and plans into the tables that a heat map is drawn from. */
public final class RouterPictures {
  private RouterPictures() {}

  /**
   * Returns the scores.
   *
   * @param scores a router
   * @return r, [T][branches]
   */
  public static double[][] scores(Router scores) {
    double[][] table = new double[scores.steps()][scores.branches()];
    for (int step = 0; step < table.length; step++) {
      for (int branch = 0; branch < table[step].length; branch++) {
        table[step][branch] = scores.score(step, branch);
      }
    }
    return table;
  }

  /**
   * Returns what stands for the scores of a plan that no router made.
   *
   * @param plan a plan
   * @return 1 where a branch is computed, else 0, [T][branches]
   */
  public static double[][] scores(CachePlan plan) {
    double[][] table = new double[plan.steps()][plan.branches()];
    for (int step = 0; step < table.length; step++) {
      for (int branch = 0; branch < table[step].length; branch++) {
        table[step][branch] = plan.computes(step, branch) ? 1 : 0;
      }
    }
    return table;
  }

  /**
   * Returns the plan.
   *
   * @param plan a plan
   * @return true where a branch is computed, [T][branches]
   */
  public static boolean[][] plan(CachePlan plan) {
    boolean[][] table = new boolean[plan.steps()][plan.branches()];
    for (int step = 0; step < table.length; step++) {
      for (int branch = 0; branch < table[step].length; branch++) {
        table[step][branch] = plan.computes(step, branch);
      }
    }
    return table;
  }

  /**
   * Returns what a plan forecasts.
   *
   * @param plan a plan
   * @return true where more than the newest output is taken, [T][branches]
   */
  public static boolean[][] forecast(CachePlan plan) {
    boolean[][] table = new boolean[plan.steps()][plan.branches()];
    for (int step = 0; step < table.length; step++) {
      for (int branch = 0; branch < table[step].length; branch++) {
        table[step][branch] =
            !plan.computes(step, branch) && !plan.forecast(step, branch).repeats();
      }
    }
    return table;
  }

  /**
   * Draws a plan.
   *
   * @param scores the router's, [T][branches]
   * @param plan the plan
   * @param layout names the branches
   * @return the heat map, which tells computed cells from repeated and forecast ones
   */
  public static BufferedImage heatMap(double[][] scores, CachePlan plan, BranchLayout layout) {
    return RouterHeatMap.draw(scores, plan(plan), forecast(plan), names(layout));
  }

  /**
   * Returns the branches' names.
   *
   * @param layout the layout
   * @return one name for each branch
   */
  public static List<String> names(BranchLayout layout) {
    List<String> names = new ArrayList<>();
    for (int branch = 0; branch < layout.branches(); branch++) {
      names.add(layout.name(branch));
    }
    return names;
  }
}
