package io.harmonica.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * DDIM without added noise (Song et al., 2021, eta = 0).
 *
 * <p>With a = alpha-bar now and a' = alpha-bar after the step: x_0 = (x - sqrt(1 - a) eps) /
 * sqrt(a) and x' = sqrt(a') x_0 + sqrt(1 - a') eps, where eps is taken anew from x_0 if that was
 * clipped.
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
  public Trajectory start(NDManager parent, NDArray noise) {
    return new Run(parent, noise);
  }

  /** The state of a run: the sample alone, since DDIM has no history. */
  private final class Run extends AbstractTrajectory {
    Run(NDManager parent, NDArray noise) {
      super(parent, schedule, noise);
    }

    Run(NDManager parent, Run other) {
      super(parent, other);
    }

    @Override
    NDArray next(NDArray current, NDArray output) {
      double now = schedule.alphaBar(step());
      double after = schedule.alphaBarAfter(step());
      NDArray noise = Outputs.noise(output, current);
      NDArray clean = Outputs.clean(current, noise, now, clip);
      if (clip) {
        noise = current.sub(clean.mul(Math.sqrt(now))).div(Math.sqrt(1 - now));
      }
      return clean.mul(Math.sqrt(after)).add(noise.mul(Math.sqrt(1 - after)));
    }

    @Override
    public Trajectory fork(NDManager parent) {
      return new Run(parent, this);
    }
  }
}
