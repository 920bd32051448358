package io.harmonica.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * The state of one run of a {@link Sampler}: where it is, and the sample there. Owns its arrays.
 */
public interface Trajectory extends AutoCloseable {

  /** {@return the step that comes next, from 0 to T; T when the trajectory has ended} */
  int step();

  /**
   * Returns the model's time at the next step.
   *
   * @return what the model is called with
   * @throws IllegalStateException if the trajectory has ended
   */
  double timestep();

  /**
   * Returns what the model is to see at the next step; x_0 when the trajectory has ended. A solver
   * that calls the model several times between two points of the solution gives its trial points
   * here.
   *
   * @return [n, C, H, W]; the trajectory keeps owning it and frees it when it advances
   */
  NDArray x();

  /**
   * Takes one step, which is one call of the model.
   *
   * @param output the model's output for {@link #x()}: at least n rows, of which the first n count
   *     (the rest are the unconditional half under guidance), and at least C channels, of which the
   *     first C are the prediction
   * @throws IllegalStateException if the trajectory has ended
   */
  void advance(NDArray output);

  /**
   * Puts another sample in the place of this one, to ask what the next step would make of it.
   *
   * @param x a sample of the same shape; copied
   */
  void replace(NDArray x);

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
