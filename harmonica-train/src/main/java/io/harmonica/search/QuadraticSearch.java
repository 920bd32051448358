package io.harmonica.search;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks on the host, without running the model, for the switches of cells that lower the error most
 * as the {@linkplain ImageEffects effects} foresee it, at the cost that the target allows. Takes
 * the best move until none is left: one cell, or one to compute that another pays for. What is left
 * of the cost then is spent.
 */
final class QuadraticSearch {
  private final ImageEffects effects;
  private final double[] slopes;
  private final double[][] products;
  private final long[] saving;
  private final long slack;

  /**
   * Prepares a search.
   *
   * @param effects of the cells that may be switched
   * @param plan the plan they were measured on
   * @param target what the plan may cost afterwards
   */
  QuadraticSearch(ImageEffects effects, CachePlan plan, PlanTarget target) {
    this.effects = effects;
    this.slopes = effects.slopes();
    this.products = effects.products();
    this.slack = target.slack(plan);
    this.saving = new long[slopes.length];
    for (int i = 0; i < saving.length; i++) {
      int cell = effects.cells().get(i);
      int branch = cell % plan.branches();
      long cost = target.cost().branch(branch);
      saving[i] = plan.computes(cell / plan.branches(), branch) ? cost : -cost;
    }
  }

  /**
   * Searches.
   *
   * @param radius how many cells may be switched at most, beside those that spend what is left: the
   *     effects add up only near the plan
   * @return the cells to switch, in the order they were found
   */
  List<Integer> best(int radius) {
    Moves moves = new Moves(radius);
    boolean going = true;
    while (going) {
      going = moves.take();
    }
    boolean filling = true;
    while (filling) {
      filling = moves.fill();
    }
    List<Integer> cells = new ArrayList<>();
    for (int i = 0; i < saving.length; i++) {
      if (moves.switched[i]) {
        cells.add(effects.cells().get(i));
      }
    }
    return cells;
  }

  /** The state of one search. */
  private final class Moves {
    private final boolean[] switched = new boolean[saving.length];
    // By how much the error changes if a cell is switched on, given what is switched now.
    private final double[] change = new double[saving.length];
    private final int radius;
    private long left = slack;
    private int used;
    private double bestValue;
    private int bestOne;
    private int bestOther;

    Moves(int radius) {
      this.radius = radius;
      for (int i = 0; i < change.length; i++) {
        change[i] = 2 * slopes[i] + products[i][i];
      }
    }

    /** Takes the best move, if there is a good one. */
    boolean take() {
      bestOne = -1;
      bestOther = -1;
      if (left < 0) {
        payWithOne();
      } else {
        lookForMove();
      }
      if (bestOne < 0) {
        return false;
      }
      flip(bestOne);
      if (bestOther >= 0) {
        flip(bestOther);
      }
      return true;
    }

    /** What the target leaves is spent, on the cells to compute that do most good or least harm. */
    boolean fill() {
      int best = -1;
      for (int i = 0; i < change.length; i++) {
        boolean affordable = saved(i) < 0 && saved(i) + left >= 0;
        if (affordable && (best < 0 || value(i) < value(best))) {
          best = i;
        }
      }
      if (best >= 0) {
        flip(best);
      }
      return best >= 0;
    }

    /** Above the target, the cell goes that costs least for what it saves. */
    private void payWithOne() {
      bestValue = Double.POSITIVE_INFINITY;
      for (int i = 0; i < change.length; i++) {
        long saved = saved(i);
        if (saved > 0 && fits(i, -1) && value(i) / saved < bestValue) {
          bestValue = value(i) / saved;
          bestOne = i;
        }
      }
    }

    private void lookForMove() {
      // Rounding must not keep the search going round.
      bestValue = -1e-9 * Math.abs(products.length == 0 ? 0 : effects.baseError());
      for (int i = 0; i < change.length; i++) {
        if (saved(i) + left >= 0 && fits(i, -1) && value(i) < bestValue) {
          consider(value(i), i, -1);
        }
        if (saved(i) < 0) {
          for (int j = 0; j < change.length; j++) {
            if (saved(j) > 0 && saved(i) + saved(j) + left >= 0 && fits(i, j)) {
              double both = value(i) + value(j) + 2 * sign(i) * sign(j) * products[i][j];
              if (both < bestValue) {
                consider(both, i, j);
              }
            }
          }
        }
      }
    }

    private void consider(double value, int one, int other) {
      bestValue = value;
      bestOne = one;
      bestOther = other;
    }

    private int sign(int i) {
      return switched[i] ? -1 : 1;
    }

    private double value(int i) {
      return sign(i) * change[i];
    }

    private long saved(int i) {
      return sign(i) * saving[i];
    }

    private boolean fits(int i, int j) {
      return used + sign(i) + (j < 0 ? 0 : sign(j)) <= radius;
    }

    private void flip(int i) {
      int sign = sign(i);
      switched[i] = !switched[i];
      used += sign;
      left += sign * saving[i];
      for (int j = 0; j < change.length; j++) {
        if (j != i) {
          change[j] += 2 * sign * products[i][j];
        }
      }
    }
  }
}
