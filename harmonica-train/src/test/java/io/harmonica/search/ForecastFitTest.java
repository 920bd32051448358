package io.harmonica.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Cell;
import io.harmonica.plan.Forecast;
import io.harmonica.train.TinyDit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights learned on the tiny reference model. */
final class ForecastFitTest {
  private static final int STEPS = 8;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theImageGainsByLearnedWeights(int halves) {
    try (TinyDit dit = new TinyDit()) {
      int branches = dit.model.layout().branches();
      CalibrationBatches batches = new CalibrationBatches(dit.setup(STEPS), 4, 3);
      Draft draft = Draft.of(CachePlan.ofSteps(STEPS, branches, step -> step % 2 == 0), 0);
      int before = dit.manager.getManagedArrays().size();
      Judged learned =
          new ForecastFit(dit.model.layout(), 1, halves, 2)
              .fit(dit.manager, batches, draft, 0, PlanSearchListener.NONE);
      assertThat(dit.manager.getManagedArrays()).hasSize(before);
      double repeated;
      try (PlanErrors others = batches.open(dit.manager, CalibrationBatches.EFFECTS, 77)) {
        repeated = others.of(draft.plan());
        assertThat(others.of(learned.draft().plan())).isLessThan(0.7 * repeated);
      }
      assertThat(learned.draft().isLearned(new Cell(3, 0))).isTrue();
      assertThat(learned.draft().plan().halves()).isEqualTo(halves);
      assertThat(learned.draft().plan().computes(2, 1)).isTrue();
    }
  }

  @Test
  void aCorrectionIsSharedByTheBranchesOfAKindAtAStep() {
    try (TinyDit dit = new TinyDit()) {
      CalibrationBatches batches = new CalibrationBatches(dit.setup(STEPS), 2, 3);
      int branches = dit.model.layout().branches();
      Draft draft = Draft.of(CachePlan.ofSteps(STEPS, branches, step -> step % 2 == 0), 0);
      CachePlan learned =
          new ForecastFit(dit.model.layout(), 1, 1, 2)
              .fit(dit.manager, batches, draft, 0, PlanSearchListener.NONE)
              .draft()
              .plan();
      Forecast first = learned.forecast(5, 0);
      assertThat(first.repeats()).isFalse();
      int kinds = dit.model.layout().kinds().size();
      for (int branch = 0; branch < branches; branch += kinds) {
        assertThat(learned.forecast(5, branch)).isEqualTo(first);
      }
      assertThat(learned.forecast(5, 1)).isNotEqualTo(first);
    }
  }
}
