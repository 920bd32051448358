package io.harmonica.search;

import io.harmonica.plan.CachePlan;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Moves whole computed steps of a draft to a neighbouring place, one at a time, while the image
 * gains by it. A move costs part of a run, so that all of them are measured each time.
 *
 * @param forwards guided forward passes that it may take
 */
record StepExchange(long forwards) {
  private static final int MOST_MOVES = 8;

  /** A move has to gain more than what chance makes of a batch. */
  private static final double WORTHWHILE = 0.98;

  /**
   * Improves a draft of whole steps.
   *
   * @param errors measures plans
   * @param draft the draft, of whole steps
   * @param order of the forecasts
   * @return the draft
   */
  Draft improve(PlanErrors errors, Draft draft, int order) {
    BitSet computed = steps(draft.plan());
    Draft best = draft;
    long last = errors.forwards() + forwards;
    for (int move = 0; move < MOST_MOVES; move++) {
      List<BitSet> places = places(computed, draft.plan().steps());
      if (errors.forwards() + (long) places.size() * draft.plan().steps() / 2 > last) {
        return best;
      }
      List<CachePlan> plans = new ArrayList<>();
      places.forEach(place -> plans.add(draft(draft.plan(), place, order).plan()));
      SampleErrors measured = errors.of(best.plan(), plans);
      double usual = SampleErrors.median(measured.base());
      double least = WORTHWHILE * SampleErrors.evenMean(measured.base(), usual);
      int found = -1;
      for (int i = 0; i < plans.size(); i++) {
        double error = SampleErrors.evenMean(measured.variants()[i], usual);
        if (error < least) {
          least = error;
          found = i;
        }
      }
      if (found < 0) {
        return best;
      }
      computed = places.get(found);
      best = draft(draft.plan(), computed, order);
    }
    return best;
  }

  private static Draft draft(CachePlan like, BitSet computed, int order) {
    return Draft.of(StepPlans.of(like.steps(), like.branches(), computed), order);
  }

  private static BitSet steps(CachePlan plan) {
    BitSet computed = new BitSet();
    for (int step = 0; step < plan.steps(); step++) {
      computed.set(step, plan.reused(step) == 0);
    }
    return computed;
  }

  private static List<BitSet> places(BitSet computed, int steps) {
    List<BitSet> places = new ArrayList<>();
    for (int step = computed.nextSetBit(1); step >= 0; step = computed.nextSetBit(step + 1)) {
      for (int to : new int[] {step - 1, step + 1}) {
        if (to > 0 && to < steps && !computed.get(to)) {
          BitSet place = (BitSet) computed.clone();
          place.clear(step);
          place.set(to);
          places.add(place);
        }
      }
    }
    return places;
  }
}
