package io.harmonica.diffusion;

import java.util.List;
import java.util.stream.Collectors;

/** The times of one trajectory in execution order, noisiest first. Immutable. */
public final class StepSchedule {
  private final List<NoiseLevel> levels;
  private final NoiseLevel end;

  /**
   * Lists the points of a trajectory.
   *
   * @param levels where the model is called, in execution order
   * @param end where the last step leads
   */
  StepSchedule(List<NoiseLevel> levels, NoiseLevel end) {
    this.levels = List.copyOf(levels);
    this.end = end;
  }

  /**
   * Returns the same times with another goal of the last step: some solvers stop short of the image
   * itself and leave the little noise of the model's time 0 in it.
   *
   * @param alphaBar alpha-bar after the last step, above the one before it and at most 1
   * @return the schedule
   * @throws IllegalArgumentException if alpha-bar does not rise in the last step or is above 1
   */
  public StepSchedule endingAt(double alphaBar) {
    double before = alphaBar(steps() - 1);
    if (!(alphaBar > before && alphaBar <= 1)) {
      throw new IllegalArgumentException(
          "alpha-bar after the last step is %s, expected above %s and at most 1"
              .formatted(alphaBar, before));
    }
    return endingAt(new NoiseLevel(end.timestep(), 0, alphaBar, 1 - alphaBar));
  }

  /**
   * Returns the same times with another goal of the last step.
   *
   * @param goal where the last step leads
   * @return the schedule
   */
  StepSchedule endingAt(NoiseLevel goal) {
    return new StepSchedule(levels, goal);
  }

  /**
   * Returns the rest of the times, for runs that start at a noisy image instead of pure noise.
   *
   * @param step the step to start at, 0 for all of them
   * @return the schedule of this step and those after it
   * @throws IllegalArgumentException if there is no such step
   */
  public StepSchedule from(int step) {
    if (step < 0 || step >= levels.size()) {
      throw new IllegalArgumentException(
          "first step is %d, expected 0 to %d".formatted(step, levels.size() - 1));
    }
    return new StepSchedule(levels.subList(step, levels.size()), end);
  }

  /** {@return the number of steps, T} */
  public int steps() {
    return levels.size();
  }

  /**
   * Returns the model's time at a step.
   *
   * @param step the step, 0 is the noisiest
   * @return what the model is called with, a real number
   */
  public double timestep(int step) {
    return levels.get(step).timestep();
  }

  /**
   * Returns a point of the trajectory.
   *
   * @param step the point before this step; T is the point after the last step
   * @return how image and noise are mixed there
   */
  public NoiseLevel level(int step) {
    return step < levels.size() ? levels.get(step) : end;
  }

  /**
   * Returns alpha-bar at a step.
   *
   * @param step the step, 0 is the noisiest
   * @return the share of the image's variance in x before this step
   */
  public double alphaBar(int step) {
    return level(step).signal();
  }

  /**
   * Returns alpha-bar after a step.
   *
   * @param step the step, 0 is the noisiest
   * @return alpha-bar of the next step; after the last that of the goal, which is 1 unless the
   *     schedule {@linkplain #endingAt ends elsewhere}
   */
  public double alphaBarAfter(int step) {
    return level(step + 1).signal();
  }

  private static String text(double timestep) {
    return timestep == Math.rint(timestep)
        ? Long.toString((long) timestep)
        : Double.toString(timestep);
  }

  /** Lists the model's times, so that two schedules can be told apart. */
  @Override
  public String toString() {
    return levels.stream().map(level -> text(level.timestep())).collect(Collectors.joining(" "));
  }

  /**
   * Returns {@link NoiseLevel#lambda} at a point of the trajectory.
   *
   * @param step the point before this step; T is the point after the last step
   * @return lambda, rising; infinite at the image itself
   */
  double lambda(int step) {
    return level(step).lambda();
  }
}
