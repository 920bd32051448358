package io.harmonica.search;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Cell;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The single changes that a draft can make. */
final class Moves {
  private Moves() {}

  /**
   * Lists every cell's other choice, the most promising first: cells whose forecast misses most are
   * to be computed, and computed ones whose forecast would miss least are not, by turns.
   *
   * @param draft the draft
   * @param gaps how far each cell's forecast lies from what is computed, [T][branches]
   */
  static List<Move> of(Draft draft, float[][] gaps) {
    CachePlan plan = draft.plan();
    List<Move> computing = new ArrayList<>();
    List<Move> forecasting = new ArrayList<>();
    for (int step = 1; step < plan.steps(); step++) {
      for (int branch = 0; branch < plan.branches(); branch++) {
        Cell cell = new Cell(step, branch);
        if (plan.computes(cell)) {
          forecasting.add(new Move(cell, draft.order(cell)));
        } else {
          computing.add(new Move(cell, Move.COMPUTE));
        }
      }
    }
    Comparator<Move> byGap =
        Comparator.comparingDouble(move -> gaps[move.cell().step()][move.cell().branch()]);
    computing.sort(byGap.reversed());
    forecasting.sort(byGap);
    List<Move> moves = new ArrayList<>();
    for (int i = 0; i < Math.max(computing.size(), forecasting.size()); i++) {
      if (i < computing.size()) {
        moves.add(computing.get(i));
      }
      if (i < forecasting.size()) {
        moves.add(forecasting.get(i));
      }
    }
    return moves;
  }
}
