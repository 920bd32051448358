package io.harmonica.search;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Cell;
import java.util.ArrayList;
import java.util.List;

/** The single changes that a draft can make. */
final class Moves {
  private Moves() {}

  /** Lists every cell's other choices, leaving out those that change nothing. */
  static List<Move> of(Draft draft) {
    CachePlan plan = draft.plan();
    List<Move> moves = new ArrayList<>();
    for (int step = 1; step < plan.steps(); step++) {
      for (int branch = 0; branch < plan.branches(); branch++) {
        Cell cell = new Cell(step, branch);
        if (plan.computes(cell)) {
          moves.add(new Move(cell, draft.order(cell)));
        } else {
          moves.add(new Move(cell, Move.COMPUTE));
        }
      }
    }
    return moves;
  }
}
