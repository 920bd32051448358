package io.harmonica.diffusion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/**
 * Ancestral sampling (Ho et al., 2020) over fewer steps than the model was trained with, with the
 * variance that the model learned (Nichol and Dhariwal, 2021) if it did.
 *
 * <p>With a = alpha-bar now, a' = alpha-bar after the step and b = 1 - a / a' the beta of the
 * (respaced) step, the next sample is drawn from the normal distribution with mean
 *
 * <pre>  (sqrt(a') b x_0 + sqrt(a / a') (1 - a') x) / (1 - a)</pre>
 *
 * <p>and log-variance f log b + (1 - f) log(b (1 - a') / (1 - a)). The second logarithm is that of
 * the posterior's variance given x_0; f = (v + 1) / 2, where v is in the channels C to 2C of the
 * model's output, one value per element, and f = 0 if the output has C channels only or the
 * {@linkplain #fixedSmall variance is fixed}. The last step returns its mean.
 */
public final class DdpmSampler extends AbstractSampler {
  private final StepNoise noise;
  private final boolean learned;

  /**
   * Creates a sampler.
   *
   * @param schedule the times
   * @param clip whether to clip the predicted x_0 to [-1, 1]
   * @param noise the noise of each step
   */
  public DdpmSampler(StepSchedule schedule, boolean clip, StepNoise noise) {
    this(schedule, clip, noise, true);
  }

  private DdpmSampler(StepSchedule schedule, boolean clip, StepNoise noise, boolean learned) {
    super("ddpm", schedule, clip);
    this.noise = noise;
    this.learned = learned;
  }

  /**
   * Creates a sampler that adds as little noise as the posterior asks for, whatever variance the
   * model learned.
   *
   * @param schedule the times
   * @param clip whether to clip the predicted x_0 to [-1, 1]
   * @param noise the noise of each step
   * @return the sampler
   */
  public static DdpmSampler fixedSmall(StepSchedule schedule, boolean clip, StepNoise noise) {
    return new DdpmSampler(schedule, clip, noise, false);
  }

  @Override
  public Trajectory start(NDManager parent, NDArray start) {
    return new Run(parent, start);
  }

  /** The state of a run: the sample alone. */
  private final class Run extends AbstractTrajectory {
    Run(NDManager parent, NDArray start) {
      super(parent, schedule, start);
    }

    Run(NDManager parent, Run other) {
      super(parent, other);
    }

    @Override
    NDArray next(NDArray current, NDArray output) {
      double now = schedule.alphaBar(step());
      double after = schedule.alphaBarAfter(step());
      double beta = 1 - now / after;
      NDArray clean = Outputs.clean(current, Outputs.noise(output, current), now, clip);
      NDArray mean =
          clean
              .mul(beta * Math.sqrt(after) / (1 - now))
              .add(current.mul((1 - after) * Math.sqrt(now / after) / (1 - now)));
      if (step() == schedule.steps() - 1) {
        return mean;
      }
      Shape shape = current.getShape();
      NDArray drawn = noise.draw(current.getManager(), step(), shape);
      double smallest = Math.log(beta * (1 - after) / (1 - now));
      return mean.add(scale(drawn, output, smallest, Math.log(beta)));
    }

    /** Multiplies noise by the standard deviation. */
    private NDArray scale(NDArray drawn, NDArray output, double smallest, double largest) {
      long samples = drawn.getShape().get(0);
      long channels = drawn.getShape().get(1);
      long found = output.getShape().get(1);
      if (found == channels || !learned) {
        return drawn.mul(Math.exp(smallest / 2));
      }
      if (found != 2 * channels) {
        throw new IllegalArgumentException(
            "the model's output has %d channels for samples of %d, expected %d, or %d with a learned variance"
                .formatted(found, channels, channels, 2 * channels));
      }
      NDArray v = output.get(new NDIndex(":{}, {}:", samples, channels));
      v.attach(drawn.getManager());
      return v.mul((largest - smallest) / 4).add((largest + smallest) / 4).exp().mul(drawn);
    }

    @Override
    public Trajectory fork(NDManager parent) {
      return new Run(parent, this);
    }
  }
}
