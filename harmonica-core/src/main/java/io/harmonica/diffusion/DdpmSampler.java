package io.harmonica.diffusion;

import static io.harmonica.diffusion.Scalars.plus;
import static io.harmonica.diffusion.Scalars.times;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/**
 * Ancestral sampling (Ho et al., 2020) over fewer steps than the model was trained with, with the
 * variance that the model learned (Nichol and Dhariwal, 2021) if it did.
 *
 * <p>With x = alpha x_0 + sigma eps, a prime for values after the step, and b = sigma^2 - (alpha /
 * alpha')^2 sigma'^2, which is the beta of the (respaced) step, the next sample is drawn from the
 * normal distribution with mean
 *
 * <pre>  (alpha' b x_0 + alpha / alpha' sigma'^2 x) / sigma^2</pre>
 *
 * <p>and log-variance f log b + (1 - f) log(b sigma'^2 / sigma^2). The second logarithm is that of
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
  public Trajectory start(NDManager parent, NDArray start, Prediction prediction) {
    return new Run(parent, start, prediction);
  }

  /** The state of a run: the sample alone. */
  private final class Run extends AbstractTrajectory {
    Run(NDManager parent, NDArray start, Prediction prediction) {
      super(parent, DdpmSampler.this, start, prediction);
    }

    Run(NDManager parent, Run other) {
      super(parent, other);
    }

    @Override
    NDArray next(NDArray current, NDArray output) {
      NoiseLevel now = now();
      NoiseLevel after = after();
      double kept = now.signal() / after.signal();
      double beta = now.noise() - kept * after.noise();
      NDArray mean =
          times(clean(current, output), beta * after.alpha() / now.noise())
              .add(times(current, after.noise() * Math.sqrt(kept) / now.noise()));
      if (step() == schedule.steps() - 1) {
        return mean;
      }
      Shape shape = current.getShape();
      NDArray drawn = noise.draw(current.getManager(), step(), shape);
      double smallest = Math.log(beta * after.noise() / now.noise());
      return mean.add(scale(drawn, output, smallest, Math.log(beta)));
    }

    /** Multiplies noise by the standard deviation. */
    private NDArray scale(NDArray drawn, NDArray output, double smallest, double largest) {
      long samples = drawn.getShape().get(0);
      long channels = drawn.getShape().get(1);
      long found = output.getShape().get(1);
      if (found == channels || !learned) {
        return times(drawn, Math.exp(smallest / 2));
      }
      if (found != 2 * channels) {
        throw new IllegalArgumentException(
            "the model's output has %d channels for samples of %d, expected %d, or %d with a learned variance"
                .formatted(found, channels, channels, 2 * channels));
      }
      NDArray v = output.get(new NDIndex(":{}, {}:", samples, channels));
      v.attach(drawn.getManager());
      return plus(times(v, (largest - smallest) / 4), (largest + smallest) / 4).exp().mul(drawn);
    }

    @Override
    public Trajectory fork(NDManager parent) {
      return new Run(parent, this);
    }
  }
}
