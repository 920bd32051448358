package io.harmonica.search;

import io.harmonica.plan.PlanTarget;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Lowers the error of a plan at its cost. A trade computes one more cell and pays by reusing
 * others; a shift moves one computation of a branch to a neighbouring step. Trades that look good
 * together are tried together, 1, 2, 4, ... of them, since measuring a set costs no more than
 * measuring one.
 */
final class PlanPolish {
  private final PlanCells cells;
  private final PlanTarget target;
  private final int candidates;

  PlanPolish(PlanCells cells, PlanTarget target, int candidates) {
    this.cells = cells;
    this.target = target;
    this.candidates = candidates;
  }

  void run() {
    List<Integer> all = new ArrayList<>(cells.ordered(cell -> true));
    // If the budget covers some only, they should lie all over the plan.
    Collections.shuffle(all, new Random(0));
    cells.measure(all);
    cells.report();
    boolean going = true;
    while (going) {
      List<Integer> best = cells.bestOf(proposals());
      if (best.isEmpty()) {
        List<Integer> stale = cells.ordered(cell -> !cells.fresh(cell));
        going = !stale.isEmpty() && cells.affords(2L * steps()) && cells.measure(stale) > 0;
      } else {
        cells.move(best);
        cells.measure(likeliest());
        cells.report();
      }
    }
  }

  private int steps() {
    return cells.plan().steps();
  }

  private int branches() {
    return cells.plan().branches();
  }

  /** The cells of which the next trades will be made, as far as is known. */
  private List<Integer> likeliest() {
    return Stream.of(cells.ordered(cell -> !cells.computes(cell)), cells.ordered(cells::computes))
        .flatMap(side -> side.stream().limit(candidates / 2 + 1))
        .toList();
  }

  private List<List<Integer>> proposals() {
    List<List<Integer>> trades = trades();
    List<List<Integer>> proposals = new ArrayList<>();
    for (int size = 2; size < 2 * trades.size(); size *= 2) {
      proposals.add(
          trades.subList(0, Math.min(size, trades.size())).stream().flatMap(List::stream).toList());
    }
    proposals.addAll(trades.subList(0, Math.min(candidates / 2 + 1, trades.size())));
    proposals.addAll(shifts());
    return proposals;
  }

  /** Trades that should lower the error, no two of which touch the same branch, the best first. */
  private List<List<Integer>> trades() {
    List<Integer> wanted = cells.ordered(cell -> !cells.computes(cell) && known(cell));
    List<Integer> payment =
        new ArrayList<>(cells.ordered(cell -> cells.computes(cell) && known(cell)));
    List<List<Integer>> trades = new ArrayList<>();
    List<Integer> used = new ArrayList<>();
    long slack = target.slack(cells.plan());
    for (int cell : wanted) {
      if (cells.sameBranch(cell, used)) {
        continue;
      }
      List<Integer> trade = new ArrayList<>(List.of(cell));
      double change = cells.change(cell);
      long left = slack - cells.weight(cell);
      for (int paid : payment) {
        if (left >= 0) {
          break;
        }
        if (!cells.sameBranch(paid, used) && !cells.sameBranch(paid, trade)) {
          trade.add(paid);
          change += cells.change(paid);
          left += cells.weight(paid);
        }
      }
      if (left < 0 || change >= 0) {
        break;
      }
      slack = left;
      trades.add(trade);
      used.addAll(trade);
      payment.removeAll(trade);
    }
    return trades;
  }

  /** Moves of a computation to the step before or after, the likeliest to help first. */
  private List<List<Integer>> shifts() {
    return IntStream.range(branches(), (steps() - 1) * branches())
        .filter(cell -> cells.computes(cell) != cells.computes(cell + branches()))
        .filter(cell -> known(cell) && known(cell + branches()))
        .mapToObj(cell -> List.of(cell, cell + branches()))
        .sorted(
            Comparator.comparingDouble(
                pair -> cells.change(pair.get(0)) + cells.change(pair.get(1))))
        .limit(candidates / 2 + 1)
        .toList();
  }

  private boolean known(int cell) {
    return Double.isFinite(cells.change(cell));
  }
}
