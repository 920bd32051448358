package io.harmonica.diffusion;

import static io.harmonica.diffusion.Scalars.times;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/**
 * Heun's method along the straight path of a flow model, two calls of the model for a move of the
 * sample: x* = x + dt v(x, t), then x' = x + dt / 2 (v(x, t) + v(x*, t')). Steps count calls, as
 * everywhere; with an odd number the last move is Euler's.
 */
public final class HeunSampler extends AbstractSampler {

  /**
   * Creates a sampler whose moves are uniform in time.
   *
   * @param steps number of steps T, calls of the model
   * @param clip whether to clip the predicted x_0 to [-1, 1]
   * @throws IllegalArgumentException if T is not positive
   */
  public HeunSampler(int steps, boolean clip) {
    super("heun", schedule(steps), clip);
  }

  private static StepSchedule schedule(int steps) {
    int moves = (steps + 1) / 2;
    List<Double> starts = StraightPath.uniform(0, 1, moves);
    List<Double> times = new ArrayList<>();
    for (int step = 0; step < steps; step++) {
      int move = (step + 1) / 2;
      times.add(move == moves ? Double.valueOf(1) : starts.get(move));
    }
    return StraightPath.INSTANCE.at(times);
  }

  @Override
  public Trajectory start(NDManager parent, NDArray noise, Prediction prediction) {
    return new Run(parent, noise, prediction);
  }

  /** The state of a run: the sample, and within a move where it began and the velocity there. */
  private final class Run extends AbstractTrajectory {
    private NDArray from;
    private NDArray velocity;

    Run(NDManager parent, NDArray noise, Prediction prediction) {
      super(parent, HeunSampler.this, noise, prediction);
    }

    Run(NDManager parent, Run other) {
      super(parent, other);
      if (other.from != null) {
        from = keepCopy(other.from);
        velocity = keepCopy(other.velocity);
      }
    }

    @Override
    NDArray next(NDArray current, NDArray output) {
      NDArray here = velocity(current, output);
      if (from == null) {
        double dt = after().timestep() - now().timestep();
        NDArray trial = current.add(times(here, dt));
        if (step() < schedule.steps() - 1) {
          from = keep(current);
          velocity = keep(here);
        }
        return trial;
      }
      double dt = now().timestep() - schedule.timestep(step() - 1);
      NDArray next = times(here.add(velocity), dt / 2).add(from);
      from.close();
      velocity.close();
      from = null;
      velocity = null;
      return next;
    }

    @Override
    public Trajectory fork(NDManager parent) {
      return new Run(parent, this);
    }
  }
}
