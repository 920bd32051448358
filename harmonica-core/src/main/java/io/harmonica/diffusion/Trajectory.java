package io.harmonica.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * The state of one run of a {@link Sampler}: where it is, and the sample there. Owns its arrays.
 */
public interface Trajectory extends AutoCloseable {

  /** {@return the step that comes next, from 0 to T; T when the trajectory has ended} */
  int step();

  /** {@return the model's time at the next step; undefined when the trajectory has ended} */
  double timestep();

  /**
   * {@return the sample before the next step, x_0 when the trajectory has ended, [n, C, H, W]; the
   * trajectory keeps owning it and frees it when it advances}
   */
  NDArray x();

  /**
   * Takes one step.
   *
   * @param output the model's output for {@link #x()}: at least n rows, of which the first n count
   *     (the rest are the unconditional half under guidance), and at least C channels, of which the
   *     first C are the predicted noise
   * @throws IllegalStateException if the trajectory has ended
   */
  void advance(NDArray output);

  /**
   * Copies the state, for runs that share their first steps.
   *
   * @param parent the manager under which the copy keeps its own
   * @return an independent trajectory at the same step; the caller closes it
   */
  Trajectory fork(NDManager parent);

  /** Frees the trajectory's arrays. */
  @Override
  void close();
}
