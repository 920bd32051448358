package io.harmonica.search;

import io.harmonica.plan.PlanTarget;
import java.util.ArrayList;
import java.util.List;

/**
 * Spends what a target leaves over. Whole steps seldom cost just what was asked for; the rest
 * computes single cells, those first whose forecasts miss most. So a plan costs what its target
 * says, and plans for one target can be compared.
 */
final class SlackSpending {
  private SlackSpending() {}

  /**
   * Spends.
   *
   * @param errors measures where forecasts miss
   * @param draft the draft, which meets the target
   * @param target what the plan may cost
   * @return the draft with more cells computed, as many as the target allows
   */
  static Draft spend(PlanErrors errors, Draft draft, PlanTarget target) {
    long slack = target.slack(draft.plan());
    List<Move> taken = new ArrayList<>();
    for (Move move : Moves.of(draft, errors.gaps(draft))) {
      long cost = target.cost().branch(move.cell().branch());
      if (move.choice() == Move.COMPUTE && cost <= slack) {
        taken.add(move);
        slack -= cost;
      }
    }
    return draft.with(taken);
  }
}
