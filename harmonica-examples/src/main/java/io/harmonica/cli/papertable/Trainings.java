package io.harmonica.cli.papertable;

import io.harmonica.search.PlanSearchConfig;
import io.harmonica.train.RouterTrainerConfig;
import java.util.function.IntFunction;
import java.util.function.UnaryOperator;

/**
 * How the routers of a table are trained.
 *
 * @param published the published training for a number of steps T
 * @param searched changes the settings of the harmonized search
 */
public record Trainings(
    IntFunction<RouterTrainerConfig> published, UnaryOperator<PlanSearchConfig> searched) {
  private static final int OPTIMISER_STEPS = 20_000;

  /** {@return the published settings, and those of {@code train} for the search} */
  public static Trainings usual() {
    return new Trainings(
        steps -> RouterTrainerConfig.paper().withTrajectories(trajectories(steps)),
        UnaryOperator.identity());
  }

  /** As many optimiser steps as published, one for each step but the first. */
  private static int trajectories(int steps) {
    int each = Math.max(1, steps - 1);
    return (OPTIMISER_STEPS + each - 1) / each;
  }
}
