package io.harmonica.search;

import ai.djl.ndarray.NDManager;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Improves a plan cell by cell, by what cells do to the image. Each round measures how x_0 changes
 * if one cell alone is made another way, lets {@link QuadraticSearch} combine such moves, and takes
 * the combination that another batch finds best. It learns weights of its own before it is compared
 * with the start, whose weights are learned too.
 */
final class PlanRefinement {
  private static final int FEWEST_MOVES = 4;
  private static final int PROPOSALS = 4_000;

  private final PlanTarget target;
  private final long forwards;
  private final UnaryOperator<Draft> learning;

  /**
   * Prepares rounds.
   *
   * @param target what the plan may cost
   * @param forwards guided forward passes that the measurements of a round may take
   * @param learning trains a draft's weights a little
   */
  PlanRefinement(PlanTarget target, long forwards, UnaryOperator<Draft> learning) {
    this.target = target;
    this.forwards = forwards;
    this.learning = learning;
  }

  /**
   * Runs one round.
   *
   * @param manager everything made under it is freed
   * @param batches where the measurements are made
   * @param start the draft to improve
   * @param round which round, from 0
   * @param listener told how far it is
   * @return the best draft and its error on batches that had no part in finding it
   */
  Judged round(
      NDManager manager,
      CalibrationBatches batches,
      Draft start,
      int round,
      PlanSearchListener listener) {
    List<Move> moves;
    ImageEffects effects;
    try (NDManager scope = manager.newSubManager()) {
      PlanErrors errors = batches.open(scope, CalibrationBatches.EFFECTS, round);
      moves = affordable(start, Moves.of(start, errors.gaps(start)));
      long planned = forwards(start, moves);
      effects =
          errors.effects(
              start.plan(),
              moves.stream().map(move -> start.with(List.of(move)).plan()).toList(),
              now -> listener.duringRound("cells", Math.min(now, planned), planned));
    }
    List<Draft> proposals = proposals(start, moves, effects.weighedEvenly());
    if (proposals.isEmpty()) {
      return batches.best(manager, List.of(start), round);
    }
    Draft changed = learning.apply(batches.best(manager, proposals, PROPOSALS + round).draft());
    return batches.best(
        manager, target.metBy(start.plan()) ? List.of(start, changed) : List.of(changed), round);
  }

  private static long forwards(Draft draft, List<Move> moves) {
    int steps = draft.plan().steps();
    return 2L * steps + moves.stream().mapToLong(move -> steps - move.cell().step()).sum();
  }

  private List<Move> affordable(Draft draft, List<Move> moves) {
    long left = forwards;
    List<Move> affordable = new ArrayList<>();
    for (Move move : moves) {
      left -= draft.plan().steps() - move.cell().step();
      if (left < 0) {
        break;
      }
      affordable.add(move);
    }
    return affordable;
  }

  /** Combinations of many moves and of few. */
  private List<Draft> proposals(Draft start, List<Move> moves, ImageEffects effects) {
    QuadraticSearch search = new QuadraticSearch(effects, start, moves, target);
    List<Draft> proposals = new ArrayList<>();
    int onTheWay = cellsToTarget(start.plan());
    for (int radius = moves.size(); radius >= FEWEST_MOVES; radius /= 2) {
      List<Move> chosen = search.best(radius + onTheWay);
      Draft proposal = start.with(chosen);
      if (target.metBy(proposal.plan())
          && !proposal.equals(start)
          && !proposals.contains(proposal)) {
        proposals.add(proposal);
      }
      radius = Math.min(radius, Math.max(FEWEST_MOVES, chosen.size()));
    }
    return proposals;
  }

  /** About how many cells have to change sides for the target alone. */
  int cellsToTarget(CachePlan plan) {
    long branches = target.cost().full() - target.cost().fixed();
    return (int) (Math.abs(target.slack(plan)) * plan.branches() / branches);
  }
}
