package io.harmonica.diffusion;

/** The times of one trajectory in execution order, noisiest first. Immutable. */
public final class StepSchedule {
  private final int[] timesteps;
  private final double[] alphaBars;

  StepSchedule(int[] timesteps, double[] alphaBars) {
    this.timesteps = timesteps;
    this.alphaBars = alphaBars;
  }

  /**
   * Returns the number of steps.
   *
   * @return T
   */
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
   * @return alpha-bar of the next step; 1 after the last
   */
  public double alphaBarAfter(int step) {
    return step + 1 < alphaBars.length ? alphaBars[step + 1] : 1;
  }
}
