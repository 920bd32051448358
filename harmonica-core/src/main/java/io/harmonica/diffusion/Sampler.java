package io.harmonica.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * A rule that turns a model's prediction into the next, less noisy sample. Immutable; state is in
 * {@link Trajectory}.
 */
public interface Sampler {

  /**
   * {@return the sampler's name as the command line and the router files write it, for example
   * {@code ddim}}
   */
  String name();

  /** {@return the times of a trajectory} */
  StepSchedule schedule();

  /**
   * Starts a trajectory from pure noise.
   *
   * @param parent the manager under which the trajectory keeps its own
   * @param noise x_T, [n, C, H, W]; copied
   * @param prediction what the model's outputs will be, which {@link Denoiser#prediction} says
   * @return the trajectory before step 0; the caller closes it
   */
  Trajectory start(NDManager parent, NDArray noise, Prediction prediction);
}
