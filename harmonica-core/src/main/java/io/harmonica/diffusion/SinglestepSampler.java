package io.harmonica.diffusion;

import static io.harmonica.diffusion.Scalars.times;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;

/**
 * Singlestep solvers of the diffusion ODE (Lu et al., 2022, DPM-Solver and DPM-Solver++): a move of
 * order p calls the model p times, first where the move starts and then at p - 1 trial points. One
 * call is one step here, and the step leads to where the model is called next.
 *
 * <p>With x = alpha x_0 + sigma eps, lambda = log(alpha / sigma), s where the move starts, D_j the
 * x_0 predicted at its j-th call, d_j = lambda_j - lambda_s, a prime for where the step leads and d
 * = lambda' - lambda_s:
 *
 * <pre>
 *   x' = sigma' / sigma_s x_s + alpha' (1 - exp(-d)) D_0 + c (D_j - D_0)
 *   c  = 0                                           at the move's first call, j = 0
 *   c  = alpha' d / (2 d_j) (1 - exp(-d))            at the last call of a move of order 2
 *   c  = alpha' d / d_j (1 - (1 - exp(-d)) / d)      at the later calls of a move of order 3
 * </pre>
 */
abstract class SinglestepSampler extends AbstractSampler {
  /** For each step, which call of its move it is. */
  private final int[] stages;

  /** For each step, the order of its move. */
  private final int[] orders;

  /**
   * Creates a solver.
   *
   * @param name as the command line writes it
   * @param schedule where the model is called
   * @param moves the orders of the moves, which add up to the number of steps
   * @param clip whether to clip the predicted x_0 to [-1, 1]
   */
  SinglestepSampler(String name, StepSchedule schedule, List<Integer> moves, boolean clip) {
    super(name, schedule, clip);
    this.stages = new int[schedule.steps()];
    this.orders = new int[schedule.steps()];
    int step = 0;
    for (int order : moves) {
      for (int stage = 0; stage < order; stage++) {
        stages[step] = stage;
        orders[step++] = order;
      }
    }
  }

  /** Not where a path begins or ends infinitely far away, at pure noise or at the image itself. */
  static boolean runsOn(NoisePath path) {
    return Double.isFinite(path.noisiest().lambda()) && Double.isFinite(path.cleanest().lambda());
  }

  /**
   * Spreads the times of a run.
   *
   * @param path the model's path
   * @param steps how many to take from the noisiest time on, so that one more is the cleanest
   * @return the times
   * @throws IllegalArgumentException if steps is not positive or the solver does not run on the
   *     path
   */
  static List<Double> uniform(NoisePath path, int steps) {
    if (!runsOn(path)) {
      throw new IllegalArgumentException(
          "the noise path %s starts at pure noise, expected one with a finite signal-to-noise ratio"
              .formatted(path.name()));
    }
    return StraightPath.uniform(path.noisiest().timestep(), path.cleanest().timestep(), steps);
  }

  @Override
  public final Trajectory start(NDManager parent, NDArray noise, Prediction prediction) {
    return new Run(parent, noise, prediction);
  }

  /** The factor of D_j - D_0. */
  private double correction(int step, double d) {
    int stage = stages[step];
    if (stage == 0) {
      return 0;
    }
    double reach = -Math.expm1(-d);
    double ratio = d / (schedule.lambda(step) - schedule.lambda(step - stage));
    double factor = orders[step] == 2 ? ratio / 2 * reach : ratio * (1 - reach / d);
    return schedule.level(step + 1).alpha() * factor;
  }

  /** The state of a run: the sample, and within a move where it began and the x_0 there. */
  private final class Run extends AbstractTrajectory {
    private List<NDArray> begun = List.of();

    Run(NDManager parent, NDArray noise, Prediction prediction) {
      super(parent, SinglestepSampler.this, noise, prediction);
    }

    Run(NDManager parent, Run other) {
      super(parent, other);
      begun = other.begun.stream().map(this::keepCopy).toList();
    }

    @Override
    NDArray next(NDArray current, NDArray output) {
      int start = step() - stages[step()];
      NDArray clean = clean(current, output);
      NDArray from = begun.isEmpty() ? current : Outputs.copy(begun.get(0), current.getManager());
      NDArray first = begun.isEmpty() ? clean : Outputs.copy(begun.get(1), current.getManager());
      double d = schedule.lambda(step() + 1) - schedule.lambda(start);
      NDArray next =
          times(from, after().sigma() / schedule.level(start).sigma())
              .add(times(first, -after().alpha() * Math.expm1(-d)));
      if (!begun.isEmpty()) {
        next = next.add(times(clean.sub(first), correction(step(), d)));
      }
      remember(current, clean);
      return next;
    }

    private void remember(NDArray current, NDArray clean) {
      boolean last = stages[step()] == orders[step()] - 1;
      if (last) {
        begun.forEach(NDArray::close);
        begun = List.of();
      } else if (begun.isEmpty()) {
        begun = List.of(keep(current), keep(clean));
      }
    }

    @Override
    public Trajectory fork(NDManager parent) {
      return new Run(parent, this);
    }
  }
}
