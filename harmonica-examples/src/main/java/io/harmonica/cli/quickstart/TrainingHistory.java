package io.harmonica.cli.quickstart;

import io.harmonica.cli.recipe.Recipe;
import io.harmonica.search.MeasuredPlan;
import io.harmonica.train.ProxyMeasurement;
import io.harmonica.train.TrainableRouter;
import io.harmonica.train.TrainingProgress;
import java.util.ArrayList;
import java.util.List;

/** Remembers a router's training for the report, and passes on what it sees. */
final class TrainingHistory implements Recipe.Listener {
  private final Recipe.Listener next;
  private final List<MeasuredPlan> starts = new ArrayList<>();
  private final List<Double> losses = new ArrayList<>();
  private final List<float[]> lambdas = new ArrayList<>();

  TrainingHistory(Recipe.Listener next) {
    this.next = next;
  }

  @Override
  public void afterStart(String name, MeasuredPlan found) {
    starts.add(found);
    next.afterStart(name, found);
  }

  @Override
  public void duringRound(String part, long done, long planned) {
    next.duringRound(part, done, planned);
  }

  @Override
  public void afterRound(MeasuredPlan found) {
    next.afterRound(found);
  }

  @Override
  public void afterTrajectory(TrainingProgress progress, TrainableRouter router) {
    losses.add(progress.loss());
    next.afterTrajectory(progress, router);
  }

  @Override
  public void afterRefresh(int trajectory, ProxyMeasurement measurement, float[] lambda) {
    lambdas.add(lambda.clone());
    next.afterRefresh(trajectory, measurement, lambda);
  }

  /** The plans of whole steps that competed, in the order of their measurement. */
  List<MeasuredPlan> starts() {
    return List.copyOf(starts);
  }

  /** The mean loss of each trajectory of step-wise training. */
  List<Double> losses() {
    return List.copyOf(losses);
  }

  /** The weights of the steps after each measurement of the image error proxy. */
  List<float[]> lambdas() {
    return List.copyOf(lambdas);
  }
}
