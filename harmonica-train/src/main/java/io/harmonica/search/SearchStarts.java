package io.harmonica.search;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Where a search begins: several ways to choose whole steps compete, first with Taylor's weights on
 * one batch, then after a first learning of weights.
 *
 * @param setup the run that the plan is for
 * @param config target and settings
 * @param batches where plans are measured
 */
record SearchStarts(SamplingSetup setup, PlanSearchConfig config, CalibrationBatches batches) {
  private static final int STARTS = 1_000;
  private static final int FIRST_LEARNING = 1_000;

  /** Starts whose weights are learned a little, each for so small a part of the updates. */
  private static final int FINALISTS = 4;

  /**
   * An order is given up where another has so much less error: learning makes more of a higher one.
   */
  private static final double ABOUT = 1.25;

  /**
   * The start whose image is best after a first learning. Which plan that is can't be told before:
   * learned weights like even spacing more than Taylor's do.
   */
  Draft best(NDManager manager, PlanSearchListener listener) {
    Likeliest likeliest = likeliest(manager, listener);
    List<Draft> drafts = likeliest.drafts();
    List<Draft> tried;
    try (NDManager scope = manager.newSubManager()) {
      PlanErrors errors = batches.open(scope, CalibrationBatches.STARTS, 1);
      Draft moved =
          new StepExchange(config.forwards()).improve(errors, drafts.get(0), likeliest.order());
      tried =
          Stream.concat(drafts.stream(), Stream.of(moved))
              .map(draft -> SlackSpending.spend(errors, draft, config.target()))
              .distinct()
              .toList();
    }
    if (tried.size() > 1) {
      tried = tried.stream().map(draft -> learnedABit(manager, draft, listener)).toList();
    }
    Judged best = batches.best(manager, tried, STARTS);
    listener.afterStart("first learning", best.measured(config.target()));
    return best.draft();
  }

  /** Trains a draft's weights for a part of the updates, to compare it with others. */
  Draft learnedABit(NDManager manager, Draft start, PlanSearchListener listener) {
    int updates = config.updates() / FINALISTS;
    int halves = config.learnedHalves(setup.guidance().active());
    if (updates == 0 || halves == 0) {
      return start;
    }
    Draft draft = start.widened(config.order());
    ForecastWeights weights = ForecastWeights.of(draft.plan(), halves);
    try {
      ForecastTraining.of(config, updates, halves, batches)
          .train(
              manager,
              weights,
              FIRST_LEARNING,
              now -> listener.duringRound("first weights", now.updates(), updates));
    } catch (IOException e) {
      throw new UncheckedIOException(e); // nothing is saved here
    }
    return draft.learning(weights.forecasts());
  }

  /**
   * The drafts of whole steps that one batch finds best, for more samples to choose from.
   *
   * @param order in which steps may be exchanged
   * @param drafts the best first
   */
  private record Likeliest(int order, List<Draft> drafts) {}

  private Likeliest likeliest(NDManager manager, PlanSearchListener listener) {
    int steps = setup.steps();
    int branches = setup.layout().branches();
    List<Judged> judged = new ArrayList<>();
    int order;
    try (NDManager scope = manager.newSubManager()) {
      PlanErrors errors = batches.open(scope, CalibrationBatches.STARTS, 0);
      double[] best = new double[config.order() + 1];
      for (int i = 0; i < best.length; i++) {
        List<Judged> intervals = judged(errors, new IntervalStart(steps, branches, i), listener);
        best[i] = intervals.stream().mapToDouble(Judged::error).min().orElseThrow();
        judged.addAll(intervals);
      }
      order = highest(best);
      for (PlanStart start :
          List.of(
              new JumpStart(steps, branches, order), new DescentStart(steps, branches, order))) {
        // What a long trajectory makes too dear is left out; intervals never are.
        if (start.forwards(config.target()) <= config.forwards()) {
          judged.addAll(judged(errors, start, listener));
        }
      }
    }
    // Of drafts that compute the same and forecast at other orders, the best alone takes part.
    Map<BitSet, Draft> different = new LinkedHashMap<>();
    judged.stream()
        .filter(one -> config.target().metBy(one.draft().plan()))
        .sorted(Comparator.comparingDouble(Judged::error))
        .forEach(one -> different.putIfAbsent(computed(one.draft().plan()), one.draft()));
    return new Likeliest(order, different.values().stream().limit(FINALISTS).toList());
  }

  private List<Judged> judged(PlanErrors errors, PlanStart start, PlanSearchListener listener) {
    List<Judged> judged = new ArrayList<>();
    for (Draft draft : start.drafts(errors, config.target())) {
      Judged one = new Judged(draft, errors.of(draft.plan()));
      listener.afterStart(start.name() + " order " + start.order(), one.measured(config.target()));
      judged.add(one);
    }
    return judged;
  }

  /**
   * The highest order that is about as good as the best. Higher ones leave more to learn; where
   * steps are so far apart that extrapolation misleads, as with few steps of a fast sampler, lower
   * ones are better.
   */
  static int highest(double... errors) {
    double least = Arrays.stream(errors).min().orElseThrow();
    int order = errors.length - 1;
    while (errors[order] > ABOUT * least) {
      order--;
    }
    return order;
  }

  private static BitSet computed(CachePlan plan) {
    BitSet computed = new BitSet();
    for (int step = 0; step < plan.steps(); step++) {
      for (int branch = 0; branch < plan.branches(); branch++) {
        computed.set(step * plan.branches() + branch, plan.computes(step, branch));
      }
    }
    return computed;
  }
}
