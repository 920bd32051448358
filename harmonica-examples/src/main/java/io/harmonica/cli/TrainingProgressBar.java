package io.harmonica.cli;

import io.harmonica.cli.recipe.Recipe;
import io.harmonica.search.MeasuredPlan;
import io.harmonica.train.ProxyMeasurement;
import io.harmonica.train.TrainableRouter;
import io.harmonica.train.TrainingProgress;
import java.util.Arrays;

/** Shows a router's training, part by part: what it has found and how long it will take. */
public final class TrainingProgressBar implements Recipe.Listener, AutoCloseable {
  private Progress progress;
  private String part = "";
  private String refreshed = "";
  private String refined = "";
  private long inRound;

  /**
   * The progress of a part, whose bar replaces that of the part before. What was done before the
   * part began in this process does not count for the time that is left.
   */
  private Progress of(String name, long total, long before) {
    if (!part.equals(name)) {
      begin(name, total, before);
    }
    return progress;
  }

  private void begin(String name, long total, long before) {
    close();
    progress = new Progress(name, total, before);
    part = name;
  }

  @Override
  public void afterTrajectory(TrainingProgress at, TrainableRouter router) {
    of("training", at.trajectories(), at.trajectory() - 1)
        .to(
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
  public void afterStart(String name, MeasuredPlan found) {
    of("starts", found.plan().steps(), 0).note(name + ": " + text(found));
  }

  @Override
  public void duringRound(String name, long done, long planned) {
    // The clock starts here, so nothing that is done by now counts: a resumed part begins high.
    // And a part comes again, for the next plan.
    if (!part.equals(name) || done < inRound) {
      begin(name, planned, done);
    }
    inRound = done;
    progress.to(done, refined);
  }

  @Override
  public void afterRound(MeasuredPlan found) {
    refined = text(found);
  }

  private static String text(MeasuredPlan found) {
    return "CUR %.1f%%, image error %.3g"
        .formatted(100 * found.plan().cacheUtilisation(), found.error());
  }

  @Override
  public void close() {
    if (progress != null) {
      progress.close();
    }
  }
}
