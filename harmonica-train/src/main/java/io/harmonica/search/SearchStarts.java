package io.harmonica.search;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
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
   * The start whose image is best after a first learning. Which plan that is can't be told before:
   * learned weights like even spacing more than Taylor's do.
   */
  Draft best(NDManager manager, PlanSearchListener listener) {
    List<Draft> drafts = likeliest(manager, listener);
    List<Draft> tried;
    try (NDManager scope = manager.newSubManager()) {
      PlanErrors errors = batches.open(scope, CalibrationBatches.STARTS, 1);
      Draft moved =
          new StepExchange(config.forwards()).improve(errors, drafts.get(0), config.order());
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
  Draft learnedABit(NDManager manager, Draft draft, PlanSearchListener listener) {
    int updates = config.updates() / FINALISTS;
    int halves = config.learnedHalves(draft.plan(), setup.guidance().active());
    if (updates == 0 || halves == 0) {
      return draft;
    }
    ForecastWeights weights = ForecastWeights.of(draft.plan(), halves);
    try {
      new ForecastTraining(setup, updates, config.weightBatch(), halves, config.seed())
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

  /** The drafts of whole steps that one batch finds best, for more samples to choose from. */
  private List<Draft> likeliest(NDManager manager, PlanSearchListener listener) {
    int steps = setup.steps();
    int branches = setup.layout().branches();
    List<Judged> judged = new ArrayList<>();
    try (NDManager scope = manager.newSubManager()) {
      PlanErrors errors = batches.open(scope, CalibrationBatches.STARTS, 0);
      for (int order = Math.min(1, config.order()); order <= config.order(); order++) {
        List<PlanStart> starts = new ArrayList<>();
        if (order == config.order()) {
          starts.add(new JumpStart(steps, branches, order));
          starts.add(new DescentStart(steps, branches, order));
        }
        // What a long trajectory makes too dear is left out; intervals never are.
        starts.removeIf(start -> start.forwards(config.target()) > config.forwards());
        starts.add(0, new IntervalStart(steps, branches, order));
        for (PlanStart start : starts) {
          for (Draft draft : start.drafts(errors, config.target())) {
            Judged one = new Judged(draft, errors.of(draft.plan()));
            listener.afterStart(start.name() + " order " + order, one.measured(config.target()));
            judged.add(one);
          }
        }
      }
    }
    // Of drafts that compute the same and forecast at other orders, the best alone takes part.
    Map<BitSet, Draft> different = new LinkedHashMap<>();
    judged.stream()
        .filter(one -> config.target().metBy(one.draft().plan()))
        .sorted(Comparator.comparingDouble(Judged::error))
        .forEach(one -> different.putIfAbsent(computed(one.draft().plan()), one.draft()));
    return different.values().stream().limit(FINALISTS).toList();
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
