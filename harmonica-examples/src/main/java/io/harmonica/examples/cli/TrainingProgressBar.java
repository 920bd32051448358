package io.harmonica.examples.cli;

import io.harmonica.router.Router;
import io.harmonica.train.MeasuredPlan;
import io.harmonica.train.ProxyMeasurement;
import io.harmonica.train.TrainingListener;
import io.harmonica.train.TrainingProgress;
import java.util.Arrays;

/** Shows a router's training: loss, CUR, lambda and how long it will take. */
public final class TrainingProgressBar implements TrainingListener, AutoCloseable {
  private final Progress progress;
  private String refreshed = "";

  /**
   * Starts.
   *
   * @param trajectories all trajectories
   */
  public TrainingProgressBar(int trajectories) {
    this.progress = new Progress("training", trajectories);
  }

  @Override
  public void afterTrajectory(TrainingProgress at, Router router) {
    progress.to(
        at.trajectory(),
        "loss %.3g CUR %.1f%%%s".formatted(at.loss(), 100 * at.cacheUtilisation(), refreshed));
  }

  @Override
  public void afterRefresh(int trajectory, ProxyMeasurement measurement, float[] lambda) {
    float[] sorted = Arrays.copyOfRange(lambda, Math.min(1, lambda.length), lambda.length);
    Arrays.sort(sorted);
    if (sorted.length > 0) {
      refreshed =
          " lambda %.2g to %.2g (%d forwards)"
              .formatted(sorted[0], sorted[sorted.length - 1], measurement.forwards());
    }
  }

  @Override
  public void afterStartStep(MeasuredPlan found, long forwards) {
    progress.note("start: " + text(found, forwards));
  }

  @Override
  public void afterRefinement(MeasuredPlan found, long forwards) {
    progress.note("refined: " + text(found, forwards));
  }

  private static String text(MeasuredPlan found, long forwards) {
    return "CUR %.1f%%, image error %.3g (%d forwards)"
        .formatted(100 * found.plan().cacheUtilisation(), found.error(), forwards);
  }

  @Override
  public void close() {
    progress.close();
  }
}
