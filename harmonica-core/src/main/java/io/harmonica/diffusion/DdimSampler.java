package io.harmonica.diffusion;

import static io.harmonica.diffusion.Scalars.times;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * DDIM without added noise (Song et al., 2021, eta = 0).
 *
 * <p>With x = alpha x_0 + sigma eps, and a prime for values after the step: x' = alpha' x_0 +
 * sigma' eps, for the x_0 and eps that the model's output predicts. eps is taken anew from x_0 if
 * that was clipped. On the straight path of a flow model this is Euler's method.
 */
public final class DdimSampler extends AbstractSampler {

  /**
   * Creates a sampler.
   *
   * @param schedule the times
   * @param clip whether to clip the predicted x_0 to [-1, 1], for models that work on pixels; the
   *     public DiT code does not clip latents
   */
  public DdimSampler(StepSchedule schedule, boolean clip) {
    super("ddim", schedule, clip);
  }

  /**
   * Returns the same sampler for the rest of the times, for runs that start at a noisy image.
   *
   * @param step the step to start at
   * @return a sampler of this step and those after it
   * @throws IllegalArgumentException if there is no such step
   */
  public DdimSampler from(int step) {
    return new DdimSampler(schedule.from(step), clip);
  }

  /** {@return whether the predicted x_0 is clipped to [-1, 1]} */
  public boolean clips() {
    return clip;
  }

  @Override
  public Trajectory start(NDManager parent, NDArray noise, Prediction prediction) {
    return new Run(parent, noise, prediction);
  }

  /** The state of a run: the sample alone, since DDIM has no history. */
  private final class Run extends AbstractTrajectory {
    Run(NDManager parent, NDArray noise, Prediction prediction) {
      super(parent, DdimSampler.this, noise, prediction);
    }

    Run(NDManager parent, Run other) {
      super(parent, other);
    }

    @Override
    NDArray next(NDArray current, NDArray output) {
      NDArray clean = clean(current, output);
      NDArray noise = noise(current, output, clean);
      return times(clean, after().alpha()).add(times(noise, after().sigma()));
    }

    @Override
    public Trajectory fork(NDManager parent) {
      return new Run(parent, this);
    }
  }
}
