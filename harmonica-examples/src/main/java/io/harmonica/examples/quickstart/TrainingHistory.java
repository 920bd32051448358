package io.harmonica.examples.quickstart;

import io.harmonica.router.Router;
import io.harmonica.train.MeasuredPlan;
import io.harmonica.train.ProxyMeasurement;
import io.harmonica.train.TrainingListener;
import io.harmonica.train.TrainingProgress;
import java.util.ArrayList;
import java.util.List;

/** Remembers a router's training for the report, and passes on what it sees. */
final class TrainingHistory implements TrainingListener {
  private final TrainingListener next;
  private final List<TrainingProgress> trajectories = new ArrayList<>();
  private ProxyMeasurement measurement;
  private float[] lambda = new float[0];
  private int forwards;

  TrainingHistory(TrainingListener next) {
    this.next = next;
  }

  @Override
  public void afterTrajectory(TrainingProgress progress, Router router) {
    trajectories.add(progress);
    next.afterTrajectory(progress, router);
  }

  @Override
  public void afterRefresh(int trajectory, ProxyMeasurement measured, float[] weights) {
    measurement = measured;
    lambda = weights.clone();
    forwards += measured.forwards();
    next.afterRefresh(trajectory, measured, weights);
  }

  @Override
  public void afterStartStep(MeasuredPlan found, long measured) {
    next.afterStartStep(found, measured);
  }

  @Override
  public void afterRefinement(MeasuredPlan found, long measured) {
    next.afterRefinement(found, measured);
  }

  double[] losses() {
    return trajectories.stream().mapToDouble(TrainingProgress::loss).toArray();
  }

  double[] cacheUtilisations() {
    return trajectories.stream().mapToDouble(at -> 100 * at.cacheUtilisation()).toArray();
  }

  /** The last weights, [T]. */
  float[] lambda() {
    return lambda.clone();
  }

  /** The image errors behind them, [T]. */
  float[] imageErrors() {
    return measurement == null ? new float[0] : measurement.imageError().clone();
  }

  /** Forwards that all measurements of the image error took. */
  int refreshForwards() {
    return forwards;
  }
}
