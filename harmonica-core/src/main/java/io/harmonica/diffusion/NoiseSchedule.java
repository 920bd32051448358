package io.harmonica.diffusion;

import java.util.Locale;

/**
 * How fast the forward diffusion destroys an image: the cumulative products alpha-bar(t) for the
 * model's own times t = 0 .. N-1, where x_t = sqrt(alpha-bar) x_0 + sqrt(1 - alpha-bar) noise.
 * Double precision. Immutable.
 */
public final class NoiseSchedule {
  /** The number of times that DiT and PixArt are trained with. */
  public static final int TRAIN_TIMES = 1000;

  private final String name;
  private final double[] alphaBars;

  private NoiseSchedule(String name, double[] betas) {
    this.name = name;
    this.alphaBars = new double[betas.length];
    double product = 1;
    for (int t = 0; t < betas.length; t++) {
      product *= 1 - betas[t];
      alphaBars[t] = product;
    }
  }

  /**
   * Returns the linear schedule of Ho et al. (2020): betas from 1e-4 to 0.02.
   *
   * @return the schedule of DiT and PixArt
   */
  public static NoiseSchedule linear() {
    double[] betas = new double[TRAIN_TIMES];
    for (int t = 0; t < TRAIN_TIMES; t++) {
      betas[t] = 1e-4 + (0.02 - 1e-4) * t / (TRAIN_TIMES - 1);
    }
    return new NoiseSchedule("linear", betas);
  }

  /**
   * {@return the cosine schedule of Nichol and Dhariwal (2021), gentler on small images:
   * alpha-bar(t) = cos((t + 0.008) / 1.008 pi / 2)^2, betas at most 0.999}
   */
  public static NoiseSchedule cosine() {
    double[] betas = new double[TRAIN_TIMES];
    for (int t = 0; t < TRAIN_TIMES; t++) {
      double ratio =
          cosineAlphaBar((t + 1.0) / TRAIN_TIMES) / cosineAlphaBar((double) t / TRAIN_TIMES);
      betas[t] = Math.min(1 - ratio, 0.999);
    }
    return new NoiseSchedule("cosine", betas);
  }

  private static double cosineAlphaBar(double time) {
    double cosine = Math.cos((time + 0.008) / 1.008 * Math.PI / 2);
    return cosine * cosine;
  }

  /**
   * Returns a schedule by its name.
   *
   * @param name {@code linear} or {@code cosine}
   * @return the schedule
   * @throws IllegalArgumentException if there is no such schedule
   */
  public static NoiseSchedule named(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "linear" -> linear();
      case "cosine" -> cosine();
      default ->
          throw new IllegalArgumentException(
              "noise schedule \"" + name + "\" is unknown, expected linear or cosine");
    };
  }

  /** {@return the schedule's name: {@code linear} or {@code cosine}} */
  public String name() {
    return name;
  }

  /** Returns the schedule's name. */
  @Override
  public String toString() {
    return name;
  }

  /** {@return the number of the model's times, N} */
  public int times() {
    return alphaBars.length;
  }

  /**
   * Returns the share of the image's variance that is left at a time.
   *
   * @param time from 0 to {@link #times()} - 1
   * @return alpha-bar, falling from almost 1 to almost 0
   */
  public double alphaBar(int time) {
    return alphaBars[time];
  }

  /**
   * Picks the times of a trajectory as the public DiT code does: evenly from the last to 0, rounded
   * half to even.
   *
   * @param steps number of steps T, from 1 to {@link #times()}
   * @return the times in execution order, with their alpha-bars
   * @throws IllegalArgumentException if T is out of range
   */
  public StepSchedule respace(int steps) {
    return respace(steps, TimestepSpacing.ENDPOINTS);
  }

  /**
   * Picks the times of a trajectory that ends at the image itself, alpha-bar = 1.
   *
   * @param steps number of steps T, from 1 to {@link #times()}, one less for {@link
   *     TimestepSpacing#LINSPACE}
   * @param spacing how the times are spread
   * @return the times in execution order, with their alpha-bars
   * @throws IllegalArgumentException if T is out of range
   */
  public StepSchedule respace(int steps, TimestepSpacing spacing) {
    int[] timesteps = spacing.descending(times(), steps);
    double[] bars = new double[steps];
    for (int step = 0; step < steps; step++) {
      bars[step] = alphaBars[timesteps[step]];
    }
    return new StepSchedule(timesteps, bars, 1);
  }
}
