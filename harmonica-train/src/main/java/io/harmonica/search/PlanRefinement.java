package io.harmonica.search;

import ai.djl.ndarray.NDManager;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Lowers the image error of a plan at a given cost, in rounds. Each measures the {@linkplain
 * ImageEffects effects} of single cells on a batch of its own, foresees from them which switches
 * together pay most, for several numbers of switches, and takes what has the least error on another
 * and larger batch; a plan that only suits the batch it was made on does not pass. Deterministic.
 */
public final class PlanRefinement {
  /**
   * By how much the batch is larger that decides. Few plans are tried on it, so that it costs
   * little beside the effects, and few samples would let chance decide.
   */
  static final int JUDGES = 4;

  private final PlanTarget target;
  private final Settings settings;

  /**
   * How long to refine.
   *
   * @param rounds rounds, 0 for none
   * @param forwards about how many guided forward passes a round may take; if they do not suffice
   *     for all cells, those nearest to the router's threshold are measured
   */
  public record Settings(int rounds, long forwards) {
    /**
     * Checks the settings.
     *
     * @param rounds see the record
     * @param forwards see the record
     * @throws IllegalArgumentException if one is out of range
     */
    public Settings {
      if (rounds < 0 || forwards < 1) {
        throw new IllegalArgumentException(
            "refinement has %d rounds of %d forwards, expected 0 or more and at least 1"
                .formatted(rounds, forwards));
      }
    }

    /** How many batches the rounds take, numbered from 0. */
    int batches() {
      return 2 * rounds;
    }
  }

  /** Opens the batch of a number; each number gives another noise and conditioning. */
  @FunctionalInterface
  public interface Batches {
    /**
     * Opens a batch.
     *
     * @param owner the manager under which the batch keeps its own
     * @param number the batch's number
     * @param times how many times as many samples as usual
     * @return its errors; closed with the owner
     */
    PlanErrors open(NDManager owner, int number, int times);
  }

  /**
   * Creates a refinement.
   *
   * @param target what the plan may cost; it is met even where that raises the error
   * @param settings how long to refine
   */
  public PlanRefinement(PlanTarget target, Settings settings) {
    this.target = target;
    this.settings = settings;
  }

  /**
   * Refines a plan.
   *
   * @param manager its device runs the forwards; everything made under it is freed
   * @param batches the batches
   * @param start the plan
   * @param done rounds that led to it already
   * @param doubt for each cell, step x branches + branch, how sure it is of its place; those with
   *     the lowest values are measured first
   * @param listener told of the plan after each round, with its error on the round's second batch
   * @return the refined plan
   */
  public CachePlan refine(
      NDManager manager,
      Batches batches,
      CachePlan start,
      int done,
      double[] doubt,
      PlanSearchListener listener) {
    CachePlan plan = start;
    long forwards = 0;
    List<Integer> candidates = candidates(plan, doubt);
    long planned = (settings.rounds() - done) * forwards(plan, candidates);
    for (int round = done; round < settings.rounds(); round++) {
      try (NDManager scope = manager.newSubManager()) {
        PlanErrors errors = batches.open(scope, 2 * round, 1);
        long before = forwards;
        ImageEffects effects =
            errors.effects(
                plan,
                candidates,
                now -> listener.afterForwards(Math.min(before + now, planned), planned));
        PlanErrors others = batches.open(scope, 2 * round + 1, JUDGES);
        MeasuredPlan best = best(plan, effects.evened(), others);
        plan = best.plan();
        forwards += errors.forwards() + others.forwards();
        listener.afterRound(best, forwards);
      }
    }
    return plan;
  }

  /** The forwards of a round: reference, plan, candidates, and most of what decides. */
  private static long forwards(CachePlan plan, List<Integer> candidates) {
    int steps = plan.steps();
    return 4L * steps + candidates.stream().mapToLong(cell -> steps - cell / plan.branches()).sum();
  }

  private List<Integer> candidates(CachePlan plan, double[] doubt) {
    List<Integer> cells = new ArrayList<>();
    for (int cell = plan.branches(); cell < doubt.length; cell++) {
      cells.add(cell);
    }
    cells.sort(Comparator.comparingDouble(cell -> doubt[cell]));
    long left = settings.forwards();
    List<Integer> affordable = new ArrayList<>();
    for (int cell : cells) {
      left -= plan.steps() - cell / plan.branches();
      if (left < 0) {
        break;
      }
      affordable.add(cell);
    }
    return affordable;
  }

  /** About how many cells have to be switched to meet the target, or may be until it is met. */
  int cellsToTarget(CachePlan plan) {
    long branches = target.cost().full() - target.cost().fixed();
    return (int) (Math.abs(target.slack(plan)) * plan.branches() / branches);
  }

  /**
   * The best of the proposals of falling radius, down to the plan as it is if that meets the target
   * (with what the target leaves spent, as for all).
   */
  private MeasuredPlan best(CachePlan plan, ImageEffects effects, PlanErrors others) {
    QuadraticSearch search = new QuadraticSearch(effects, plan, target);
    List<CachePlan> proposals = new ArrayList<>();
    int onTheWay = cellsToTarget(plan);
    for (int radius = effects.cells().size(); radius >= 4; radius /= 2) {
      List<Integer> cells = search.best(radius + onTheWay);
      CachePlan proposal = PlanCells.switched(plan, cells);
      if (target.metBy(proposal) && !proposals.contains(proposal)) {
        proposals.add(proposal);
      }
      radius = Math.min(radius, Math.max(4, cells.size()));
    }
    if (target.metBy(plan) || proposals.isEmpty()) {
      proposals.add(PlanCells.switched(plan, search.best(0)));
    }
    List<Double> measured = others.of(plan, proposals).variants();
    CachePlan found = proposals.get(0);
    double error = measured.get(0);
    for (int i = 1; i < proposals.size(); i++) {
      if (measured.get(i) < error) {
        error = measured.get(i);
        found = proposals.get(i);
      }
    }
    return new MeasuredPlan(found, target.cost().total(found), error);
  }
}
