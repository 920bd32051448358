package io.harmonica.diffusion;

import static io.harmonica.diffusion.Scalars.times;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/** Euler's method along the straight path of a flow model: x' = x + (t' - t) v. */
public final class EulerSampler extends AbstractSampler {

  /**
   * Creates a sampler over uniform times.
   *
   * @param steps number of steps T
   * @param clip whether to clip the predicted x_0 to [-1, 1]
   * @throws IllegalArgumentException if T is not positive
   */
  public EulerSampler(int steps, boolean clip) {
    super("euler", StraightPath.INSTANCE.respace(steps, TimestepSpacing.LINSPACE), clip);
  }

  @Override
  public Trajectory start(NDManager parent, NDArray noise, Prediction prediction) {
    return new Run(parent, noise, prediction);
  }

  /** The state of a run: the sample alone. */
  private final class Run extends AbstractTrajectory {
    Run(NDManager parent, NDArray noise, Prediction prediction) {
      super(parent, EulerSampler.this, noise, prediction);
    }

    Run(NDManager parent, Run other) {
      super(parent, other);
    }

    @Override
    NDArray next(NDArray current, NDArray output) {
      double dt = after().timestep() - now().timestep();
      return current.add(times(velocity(current, output), dt));
    }

    @Override
    public Trajectory fork(NDManager parent) {
      return new Run(parent, this);
    }
  }
}
