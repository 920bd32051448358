package io.harmonica.search;

import io.harmonica.plan.PlanTarget;
import io.harmonica.search.PlanSearchConfig.Weights;
import io.harmonica.train.RouterTrainerConfig;
import java.util.Optional;

/** A search's settings while one of them is changed. */
final class PlanSearchDraft {
  int order;
  Weights learned;
  int updates;
  Optional<RouterTrainerConfig> stepwise;
  int rounds;
  long forwards;
  int calibration;
  int microBatches;
  long seed;

  private final PlanTarget target;

  PlanSearchDraft(PlanSearchConfig from) {
    target = from.target();
    order = from.order();
    learned = from.learned();
    updates = from.updates();
    stepwise = from.stepwise();
    rounds = from.rounds();
    forwards = from.forwards();
    calibration = from.calibration();
    microBatches = from.microBatches();
    seed = from.seed();
  }

  /** The settings as they are now, checked. */
  PlanSearchConfig settings() {
    return new PlanSearchConfig(
        target,
        order,
        learned,
        updates,
        stepwise,
        rounds,
        forwards,
        calibration,
        microBatches,
        seed);
  }
}
