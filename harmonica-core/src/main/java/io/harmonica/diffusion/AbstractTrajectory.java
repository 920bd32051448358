package io.harmonica.diffusion;

import static io.harmonica.diffusion.Scalars.over;
import static io.harmonica.diffusion.Scalars.times;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * What the trajectories of all samplers share: the sample, the count of steps, and the memory of
 * both. A sampler adds its rule in {@link #next}, and its history if it has one.
 */
abstract class AbstractTrajectory implements Trajectory {
  private final NDManager manager;
  private final AbstractSampler sampler;
  private final Prediction prediction;
  private NDArray x;
  private int step;

  /**
   * Starts a trajectory.
   *
   * @param parent the manager under which the trajectory keeps its own
   * @param sampler whose run this is
   * @param noise x_T; copied
   * @param prediction what the model's outputs are
   */
  AbstractTrajectory(
      NDManager parent, AbstractSampler sampler, NDArray noise, Prediction prediction) {
    this.manager = parent.newSubManager();
    this.sampler = sampler;
    this.prediction = prediction;
    this.x = Outputs.copy(noise, manager);
  }

  /**
   * Continues another trajectory.
   *
   * @param parent the manager under which the copy keeps its own
   * @param other where to start from; copied
   */
  AbstractTrajectory(NDManager parent, AbstractTrajectory other) {
    this(parent, other.sampler, other.x, other.prediction);
    this.step = other.step;
  }

  @Override
  public final int step() {
    return step;
  }

  @Override
  public final double timestep() {
    requireRunning();
    return sampler.schedule.timestep(step);
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

  @Override
  public final void replace(NDArray other) {
    x.close();
    x = Outputs.copy(other, manager);
  }

  private void requireRunning() {
    if (step == sampler.schedule.steps()) {
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

  /** The times' point before this step. */
  final NoiseLevel now() {
    return sampler.schedule.level(step);
  }

  /** The times' point after this step. */
  final NoiseLevel after() {
    return sampler.schedule.level(step + 1);
  }

  /** The x_0 that the output predicts, clipped if the sampler clips. */
  final NDArray clean(NDArray current, NDArray output) {
    NDArray clean = prediction.clean(current, Outputs.predicted(output, current), now());
    return sampler.clip ? Scalars.clip(clean, -1, 1) : clean;
  }

  /**
   * The noise in the sample that goes with a predicted x_0. It is a quotient only where x_0 was
   * clipped and there is noise: Heun's method may ask at the very end of the path.
   */
  final NDArray noise(NDArray current, NDArray output, NDArray clean) {
    return sampler.clip && now().noise() > 0
        ? over(current.sub(times(clean, now().alpha())), now().sigma())
        : prediction.noise(current, Outputs.predicted(output, current), now());
  }

  /** The velocity that the output predicts, x_0 - noise. */
  final NDArray velocity(NDArray current, NDArray output) {
    if (sampler.clip) {
      NDArray clean = clean(current, output);
      return clean.sub(noise(current, output, clean));
    }
    return prediction.velocity(current, Outputs.predicted(output, current), now());
  }

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
