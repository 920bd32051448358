package io.harmonica.diffusion;

import static io.harmonica.diffusion.Scalars.over;
import static io.harmonica.diffusion.Scalars.times;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/**
 * The stochastic twin of a flow model's equation by Euler-Maruyama (SiT, Ma et al., 2024). The
 * score s = -noise / sigma follows from the velocity v, and any amount of diffusion w(t) leaves the
 * same distributions:
 *
 * <pre>  x' = x + dt (v + w s) + sqrt(2 w dt) z</pre>
 *
 * <p>with z standard normal. The last step is longer or shorter than the others: it leads from time
 * 0.96 to the image and takes the mean, without z.
 */
public final class SdeSampler extends AbstractSampler {
  /** As in the public code: what is left for the last step. */
  private static final double LAST = 0.04;

  private final Diffusion diffusion;
  private final StepNoise noise;

  /** How much noise is added on the way. */
  public enum Diffusion {
    /** w = sigma = 1 - t. */
    SIGMA("sde") {
      @Override
      double at(double t) {
        return 1 - t;
      }
    },

    /**
     * w = (1 - t) / t, that of score-based models (Song et al., 2021). It is infinite at time 0,
     * where x forgets where it came from; so the first call of the model is one step later.
     */
    SBDM("sde-sbdm") {
      @Override
      double at(double t) {
        return (1 - t) / t;
      }
    };

    private final String sampler;

    Diffusion(String sampler) {
      this.sampler = sampler;
    }

    /** {@return the sampler's name with it} */
    String sampler() {
      return sampler;
    }

    abstract double at(double t);
  }

  /**
   * Creates a sampler over uniform times.
   *
   * @param steps number of steps T
   * @param diffusion how much noise is added
   * @param clip whether to clip the predicted x_0 to [-1, 1]
   * @param noise the noise of each step
   * @throws IllegalArgumentException if T is not positive
   */
  public SdeSampler(int steps, Diffusion diffusion, boolean clip, StepNoise noise) {
    super(diffusion.sampler, schedule(steps, diffusion), clip);
    this.diffusion = diffusion;
    this.noise = noise;
  }

  private static StepSchedule schedule(int steps, Diffusion diffusion) {
    double until = 1 - LAST;
    List<Double> times = new ArrayList<>();
    if (diffusion == Diffusion.SBDM) {
      times.addAll(StraightPath.uniform(0, until, steps).subList(1, steps));
    } else if (steps > 1) {
      times.addAll(StraightPath.uniform(0, until, steps - 1));
    }
    times.add(steps > 1 || diffusion == Diffusion.SBDM ? until : 0);
    return StraightPath.INSTANCE.at(times);
  }

  @Override
  public Trajectory start(NDManager parent, NDArray start, Prediction prediction) {
    return new Run(parent, start, prediction);
  }

  /** The state of a run: the sample alone. */
  private final class Run extends AbstractTrajectory {
    Run(NDManager parent, NDArray start, Prediction prediction) {
      super(parent, SdeSampler.this, start, prediction);
    }

    Run(NDManager parent, Run other) {
      super(parent, other);
    }

    @Override
    NDArray next(NDArray current, NDArray output) {
      double t = now().timestep();
      double dt = after().timestep() - t;
      double w = diffusion.at(t);
      NDArray velocity = velocity(current, output);
      NDArray score = over(times(velocity, t).sub(current), now().sigma());
      NDArray mean = current.add(times(velocity.add(times(score, w)), dt));
      if (step() == schedule.steps() - 1) {
        return mean;
      }
      NDArray drawn = noise.draw(current.getManager(), step(), current.getShape());
      return mean.add(times(drawn, Math.sqrt(2 * w * dt)));
    }

    @Override
    public Trajectory fork(NDManager parent) {
      return new Run(parent, this);
    }
  }
}
