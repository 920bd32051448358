package io.harmonica.diffusion;

import static io.harmonica.diffusion.Scalars.times;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * DPM-Solver++ (2M) (Lu et al., 2022): a second-order multistep solver of the diffusion ODE that
 * needs one model call per step.
 *
 * <p>With x = alpha x_0 + sigma eps, lambda = log(alpha / sigma), a prime for values after the
 * step, h = lambda' - lambda, D the predicted x_0 now, and D_1 and h_1 those of the step before:
 *
 * <pre>  x' = sigma' / sigma x + alpha' (1 - exp(-h)) (D + h / (2 h_1) (D - D_1))</pre>
 *
 * <p>The first step has no D_1 and leaves the difference out. So does the last one if it goes to
 * the image itself, where h is infinite, or if there are fewer than 15 steps, where second order is
 * unstable.
 */
public final class DpmSolverSampler extends AbstractSampler {
  private static final int FEW_STEPS = 15;

  /**
   * Creates a sampler.
   *
   * @param schedule the times; PixArt uses {@link TimestepSpacing#LINSPACE}
   * @param clip whether to clip the predicted x_0 to [-1, 1]
   */
  public DpmSolverSampler(StepSchedule schedule, boolean clip) {
    super("dpmpp", schedule, clip);
  }

  @Override
  public Trajectory start(NDManager parent, NDArray noise, Prediction prediction) {
    return new Run(parent, noise, prediction);
  }

  private boolean firstOrder(int step) {
    boolean last = step == schedule.steps() - 1;
    return step == 0
        || (last && (schedule.steps() < FEW_STEPS || schedule.level(step + 1).noise() == 0));
  }

  /** The state of a run: the sample, and the x_0 that the step before predicted. */
  private final class Run extends AbstractTrajectory {
    private NDArray before;

    Run(NDManager parent, NDArray noise, Prediction prediction) {
      super(parent, DpmSolverSampler.this, noise, prediction);
    }

    Run(NDManager parent, Run other) {
      super(parent, other);
      if (other.before != null) {
        before = keepCopy(other.before);
      }
    }

    @Override
    NDArray next(NDArray current, NDArray output) {
      int step = step();
      double h = schedule.lambda(step + 1) - schedule.lambda(step);
      NDArray clean = clean(current, output);
      NDArray blend = clean;
      if (!firstOrder(step)) {
        double half = h / (2 * (schedule.lambda(step) - schedule.lambda(step - 1)));
        blend = clean.add(times(clean.sub(before), half));
      }
      NDArray next =
          times(current, Math.sqrt(after().noise() / now().noise()))
              .add(times(blend, -after().alpha() * Math.expm1(-h)));
      remember(clean);
      return next;
    }

    private void remember(NDArray clean) {
      if (before != null) {
        before.close();
      }
      before = keep(clean);
    }

    @Override
    public Trajectory fork(NDManager parent) {
      return new Run(parent, this);
    }
  }
}
