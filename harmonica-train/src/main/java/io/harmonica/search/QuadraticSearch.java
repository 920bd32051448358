package io.harmonica.search;

import io.harmonica.plan.PlanTarget;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Looks for the moves that make the modelled error least at no more than the target's cost: one
 * move at a time, and pairs of which one pays for the other. A cell makes one move at most. Exact
 * for the model of {@link ImageEffects} up to where single moves and pairs lead.
 */
final class QuadraticSearch {
  private final ImageEffects effects;
  private final List<Move> moves;
  private final double[] slopes;
  private final double[][] products;
  private final long[] saving;
  private final int[] group;
  private final long slack;

  /**
   * Prepares a search.
   *
   * @param effects of the moves, in their order
   * @param draft the draft that they start from
   * @param moves the moves
   * @param target what the plan may cost
   */
  QuadraticSearch(ImageEffects effects, Draft draft, List<Move> moves, PlanTarget target) {
    this.effects = effects;
    this.moves = moves;
    this.slopes = effects.slopes();
    this.products = effects.products();
    this.slack = target.slack(draft.plan());
    this.saving = new long[moves.size()];
    this.group = new int[moves.size()];
    int branches = draft.plan().branches();
    for (int i = 0; i < saving.length; i++) {
      Move move = moves.get(i);
      long cost = target.cost().branch(move.cell().branch());
      boolean before = draft.plan().computes(move.cell());
      boolean after = move.choice() == Move.COMPUTE;
      saving[i] = before == after ? 0 : before ? cost : -cost;
      group[i] = move.cell().step() * branches + move.cell().branch();
    }
  }

  /**
   * Searches within a distance, since effects add up only nearby.
   *
   * @param radius how many moves at most
   * @return the moves
   */
  List<Move> best(int radius) {
    Choice choice = new Choice(radius);
    boolean going = true;
    while (going) {
      going = choice.take();
    }
    boolean filling = true;
    while (filling) {
      filling = choice.fill();
    }
    List<Move> chosen = new ArrayList<>();
    for (int i = 0; i < saving.length; i++) {
      if (choice.on[i]) {
        chosen.add(moves.get(i));
      }
    }
    return chosen;
  }

  /** What is chosen so far. */
  private final class Choice {
    private final boolean[] on = new boolean[saving.length];
    private final int[] takenBy;
    // By how much the error changes if a move is made, given those that are.
    private final double[] change = new double[saving.length];
    private final int radius;
    private long left = slack;
    private int used;
    private double bestValue;
    private int bestOne;
    private int bestOther;

    Choice(int radius) {
      this.radius = radius;
      int groups = 0;
      for (int i = 0; i < change.length; i++) {
        change[i] = 2 * slopes[i] + products[i][i];
        groups = Math.max(groups, group[i] + 1);
      }
      this.takenBy = new int[groups];
      Arrays.fill(takenBy, -1);
    }

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

    /** Spends what is left on the cells that it helps most, whatever the radius. */
    boolean fill() {
      int best = -1;
      for (int i = 0; i < change.length; i++) {
        boolean affordable = saved(i) < 0 && saved(i) + left >= 0 && free(i);
        if (affordable && (best < 0 || value(i) < value(best))) {
          best = i;
        }
      }
      if (best >= 0) {
        flip(best);
      }
      return best >= 0;
    }

    private void payWithOne() {
      bestValue = Double.POSITIVE_INFINITY;
      for (int i = 0; i < change.length; i++) {
        long saved = saved(i);
        if (saved > 0 && free(i) && fits(i, -1) && value(i) / saved < bestValue) {
          bestValue = value(i) / saved;
          bestOne = i;
        }
      }
    }

    private void lookForMove() {
      // Rounding must not keep the search going round.
      bestValue = -1e-9 * Math.abs(products.length == 0 ? 0 : effects.baseError());
      for (int i = 0; i < change.length; i++) {
        if (!free(i)) {
          continue;
        }
        if (saved(i) + left >= 0 && fits(i, -1) && value(i) < bestValue) {
          consider(value(i), i, -1);
        }
        if (saved(i) < 0) {
          for (int j = 0; j < change.length; j++) {
            if (saved(j) > 0
                && saved(i) + saved(j) + left >= 0
                && group[i] != group[j]
                && free(j)
                && fits(i, j)) {
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

    /** Whether the cell makes no other move. */
    private boolean free(int i) {
      return takenBy[group[i]] < 0 || takenBy[group[i]] == i;
    }

    private int sign(int i) {
      return on[i] ? -1 : 1;
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
      on[i] = !on[i];
      takenBy[group[i]] = on[i] ? i : -1;
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
