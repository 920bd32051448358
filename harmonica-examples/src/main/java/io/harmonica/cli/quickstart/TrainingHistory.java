package io.harmonica.cli.quickstart;

import io.harmonica.search.MeasuredPlan;
import io.harmonica.search.TargetTrainingListener;
import java.util.ArrayList;
import java.util.List;

/** Remembers a router's training for the report, and passes on what it sees. */
final class TrainingHistory implements TargetTrainingListener {
  private final TargetTrainingListener next;
  private final List<MeasuredPlan> start = new ArrayList<>();
  private final List<MeasuredPlan> refined = new ArrayList<>();
  private long startForwards;
  private long refinementForwards;

  TrainingHistory(TargetTrainingListener next) {
    this.next = next;
  }

  @Override
  public void afterStartStep(MeasuredPlan found, long measured) {
    start.add(found);
    startForwards = measured;
    next.afterStartStep(found, measured);
  }

  @Override
  public void duringRefinement(long measured, long planned) {
    next.duringRefinement(measured, planned);
  }

  @Override
  public void afterRefinement(MeasuredPlan found, long measured) {
    refined.add(found);
    refinementForwards = measured;
    next.afterRefinement(found, measured);
  }

  /** The plans on the way to the target, each with one more step reused. */
  List<MeasuredPlan> start() {
    return List.copyOf(start);
  }

  /** The plan after each round of refinement, measured on other samples than the start's. */
  List<MeasuredPlan> refined() {
    return List.copyOf(refined);
  }

  /** Guided forward passes that the start took. */
  long startForwards() {
    return startForwards;
  }

  /** Guided forward passes that the refinement took. */
  long refinementForwards() {
    return refinementForwards;
  }
}
