package io.harmonica.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * What the trajectories of all samplers share: the sample, the count of steps, and the memory of
 * both. A sampler adds its rule in {@link #next}, and its history if it has one.
 */
abstract class AbstractTrajectory implements Trajectory {
  private final NDManager manager;
  private final StepSchedule schedule;
  private NDArray x;
  private int step;

  /**
   * Starts a trajectory.
   *
   * @param parent the manager under which the trajectory keeps its own
   * @param schedule the times
   * @param noise x_T; copied
   */
  AbstractTrajectory(NDManager parent, StepSchedule schedule, NDArray noise) {
    this.manager = parent.newSubManager();
    this.schedule = schedule;
    this.x = Outputs.copy(noise, manager);
  }

  /**
   * Continues another trajectory.
   *
   * @param parent the manager under which the copy keeps its own
   * @param other where to start from; copied
   */
  AbstractTrajectory(NDManager parent, AbstractTrajectory other) {
    this(parent, other.schedule, other.x);
    this.step = other.step;
  }

  @Override
  public final int step() {
    return step;
  }

  @Override
  public final double timestep() {
    requireRunning();
    return schedule.timestep(step);
  }

  @Override
  public final NDArray x() {
    return x;
  }

  @Override
  public final void advance(NDArray output) {
    requireRunning();
    NDArray next;
    try (NDManager scratch = manager.newSubManager()) {
      next = keep(next(Outputs.copy(x, scratch), output));
    }
    x.close();
    x = next;
    step++;
  }

  private void requireRunning() {
    if (step == schedule.steps()) {
      throw new IllegalStateException("the trajectory has ended after its " + step + " steps");
    }
  }

  /**
   * Computes the sample after the step that {@link #step} names.
   *
   * @param current the sample before it; it and all that is computed from it is freed with the step
   *     unless it is returned or {@linkplain #keep kept}
   * @param output the model's output for it, as {@link Trajectory#advance} has it
   * @return the next sample
   */
  abstract NDArray next(NDArray current, NDArray output);

  /**
   * Makes an array outlive the step.
   *
   * @param array an array of this step
   * @return the array, owned by the trajectory
   */
  final NDArray keep(NDArray array) {
    array.attach(manager);
    return array;
  }

  /**
   * Copies an array of another trajectory into this one.
   *
   * @param array any array
   * @return the copy, owned by this trajectory
   */
  final NDArray keepCopy(NDArray array) {
    return Outputs.copy(array, manager);
  }

  @Override
  public final void close() {
    manager.close();
  }
}
