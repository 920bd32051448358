package io.harmonica.train;

/** Watches a router's training. */
public interface TrainingListener {
  /** Listens to nothing. */
  TrainingListener NONE = new TrainingListener() {};

  /**
   * Called after each trajectory, when its rows have been updated.
   *
   * @param progress where the training is
   * @param router the router as it is now; not to be changed
   */
  default void afterTrajectory(TrainingProgress progress, TrainableRouter router) {}

  /**
   * Called after each measurement of the image error proxy.
   *
   * @param trajectory the trajectory that comes next
   * @param measurement what was measured
   * @param lambda the weights that follow from it, [T]
   */
  default void afterRefresh(int trajectory, ProxyMeasurement measurement, float[] lambda) {}
}
