package io.harmonica.diffusion;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The times of one trajectory in execution order, noisiest first. Immutable. */
public final class StepSchedule {
  private final int[] timesteps;
  private final double[] alphaBars;
  private final double end;

  StepSchedule(int[] timesteps, double[] alphaBars, double end) {
    this.timesteps = timesteps;
    this.alphaBars = alphaBars;
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
    double before = alphaBars[alphaBars.length - 1];
    if (!(alphaBar > before && alphaBar <= 1)) {
      throw new IllegalArgumentException(
          "alpha-bar after the last step is %s, expected above %s and at most 1"
              .formatted(alphaBar, before));
    }
    return new StepSchedule(timesteps, alphaBars, alphaBar);
  }

  /**
   * Returns the rest of the times, for runs that start at a noisy image instead of pure noise.
   *
   * @param step the step to start at, 0 for all of them
   * @return the schedule of this step and those after it
   * @throws IllegalArgumentException if there is no such step
   */
  public StepSchedule from(int step) {
    if (step < 0 || step >= timesteps.length) {
      throw new IllegalArgumentException(
          "first step is %d, expected 0 to %d".formatted(step, timesteps.length - 1));
    }
    return new StepSchedule(
        Arrays.copyOfRange(timesteps, step, timesteps.length),
        Arrays.copyOfRange(alphaBars, step, alphaBars.length),
        end);
  }

  /** {@return the number of steps, T} */
  public int steps() {
    return timesteps.length;
  }

  /**
   * Returns the model's time at a step.
   *
   * @param step the step, 0 is the noisiest
   * @return from 0 to 999
   */
  public int timestep(int step) {
    return timesteps[step];
  }

  /**
   * Returns alpha-bar at a step.
   *
   * @param step the step, 0 is the noisiest
   * @return the share of the image's variance in x before this step
   */
  public double alphaBar(int step) {
    return alphaBars[step];
  }

  /**
   * Returns alpha-bar after a step.
   *
   * @param step the step, 0 is the noisiest
   * @return alpha-bar of the next step; after the last that of the goal, which is 1 unless the
   *     schedule {@linkplain #endingAt ends elsewhere}
   */
  public double alphaBarAfter(int step) {
    return step + 1 < alphaBars.length ? alphaBars[step + 1] : end;
  }

  /** Lists the model's times, so that two schedules can be told apart. */
  @Override
  public String toString() {
    return IntStream.of(timesteps).mapToObj(Integer::toString).collect(Collectors.joining(" "));
  }

  /**
   * Returns half the logarithm of the signal-to-noise ratio at a point of the trajectory, lambda in
   * the papers on solvers: log(alpha / sigma) with alpha = sqrt(alpha-bar), sigma = sqrt(1 -
   * alpha-bar).
   *
   * @param step the point before this step; T is the point after the last step
   * @return lambda, rising; infinite at the image itself
   */
  double lambda(int step) {
    double bar = step < alphaBars.length ? alphaBars[step] : end;
    return (Math.log(bar) - Math.log1p(-bar)) / 2;
  }
}
