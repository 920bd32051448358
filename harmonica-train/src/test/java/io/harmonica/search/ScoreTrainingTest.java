package io.harmonica.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Cell;
import io.harmonica.plan.PlanTarget;
import io.harmonica.train.RouterTrainerConfig;
import io.harmonica.train.TinyDit;
import io.harmonica.train.TrainingListener;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Step-wise training that starts from a draft. */
final class ScoreTrainingTest {
  private static final int STEPS = 4;

  /** Three orders, so that a cell which changed could not have its old one by chance. */
  private static Draft draft() {
    return Draft.of(CachePlan.of(STEPS, 4, (step, branch) -> (step + branch) % 2 == 0), 2)
        .with(List.of(new Move(new Cell(3, 0), 1), new Move(new Cell(3, 2), 0)));
  }

  private static Draft trained(TinyDit dit, RouterTrainerConfig config, double utilisation) {
    PlanTarget target = PlanTarget.utilisation(STEPS, 4, utilisation);
    CalibrationBatches batches = new CalibrationBatches(dit.setup(STEPS), 2, 3);
    return new ScoreTraining(dit.setup(STEPS), config.withForecast(1).steeredTo(target))
        .train(dit.manager, batches, draft(), TrainingListener.NONE);
  }

  private static RouterTrainerConfig config(double threshold) {
    return RouterTrainerConfig.harmonized()
        .withTrajectories(1)
        .withBatch(1)
        .withThreshold(threshold);
  }

  /** With no step to speak of, scores stay on their side of any threshold. */
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 0.5, 0.9})
  void beginsWithTheDraftsPlan(double threshold) {
    try (TinyDit dit = new TinyDit()) {
      double utilisation = draft().plan().cacheUtilisation();
      Draft still = trained(dit, config(threshold).withLearningRate(1e-9), utilisation);
      assertThat(still).isEqualTo(draft());
      assertThat(still.plan().repeats()).isFalse();
    }
  }

  @Test
  void cellsThatAreGivenUpForecastAtTheirOrder() {
    try (TinyDit dit = new TinyDit()) {
      Draft cheaper = trained(dit, config(0.5).withLearningRate(1e-9), 0.625);
      assertThat(cheaper.plan().cacheUtilisation()).isEqualTo(0.625);
      for (int step = 1; step < STEPS; step++) {
        for (int branch = 0; branch < 4; branch++) {
          Cell cell = new Cell(step, branch);
          assertThat(cheaper.order(cell)).as(cell.toString()).isEqualTo(draft().order(cell));
          assertThat(cheaper.plan().computes(cell) && !draft().plan().computes(cell)).isFalse();
        }
      }
    }
  }
}
