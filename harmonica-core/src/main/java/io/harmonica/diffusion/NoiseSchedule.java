package io.harmonica.diffusion;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How fast the forward diffusion destroys an image: the cumulative products alpha-bar(t) for the
 * model's own times t = 0 .. N-1, where x_t = sqrt(alpha-bar) x_0 + sqrt(1 - alpha-bar) noise.
 * Between two of them log alpha-bar is taken to be a straight line. Double precision. Immutable.
 */
public final class NoiseSchedule implements NoisePath {
  /** The number of times that DiT and PixArt are trained with. */
  public static final int TRAIN_TIMES = 1000;

  private final String name;
  private final double[] alphaBars;
  private final int first;

  private NoiseSchedule(String name, double[] alphaBars, int first) {
    this.name = name;
    this.alphaBars = alphaBars;
    this.first = first;
  }

  private static NoiseSchedule of(String name, double[] betas) {
    double[] alphaBars = new double[betas.length];
    double product = 1;
    for (int t = 0; t < betas.length; t++) {
      product *= 1 - betas[t];
      alphaBars[t] = product;
    }
    return new NoiseSchedule(name, alphaBars, 0);
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
    return of("linear", betas);
  }

  /**
   * Returns the schedule of latent diffusion (Rombach et al., 2022): betas from 0.00085 to 0.012,
   * whose roots are evenly spaced.
   *
   * @return the schedule
   */
  public static NoiseSchedule scaledLinear() {
    double first = Math.sqrt(0.00085);
    double last = Math.sqrt(0.012);
    double[] betas = new double[TRAIN_TIMES];
    for (int t = 0; t < TRAIN_TIMES; t++) {
      double root = first + (last - first) * t / (TRAIN_TIMES - 1);
      betas[t] = root * root;
    }
    return of("scaled_linear", betas);
  }

  /**
   * Returns the same schedule for a model that counts its times from another number, as U-ViT does
   * from 1.
   *
   * @param time what the model is called with at the cleanest time
   * @return the schedule
   */
  public NoiseSchedule countedFrom(int time) {
    return new NoiseSchedule(name, alphaBars, time);
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
    return of("cosine", betas);
  }

  private static double cosineAlphaBar(double time) {
    double cosine = Math.cos((time + 0.008) / 1.008 * Math.PI / 2);
    return cosine * cosine;
  }

  /**
   * Returns a schedule by its name.
   *
   * @param name {@code linear}, {@code cosine} or {@code scaled_linear}
   * @return the schedule
   * @throws IllegalArgumentException if there is no such schedule
   */
  public static NoiseSchedule named(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "linear" -> linear();
      case "cosine" -> cosine();
      case "scaled_linear" -> scaledLinear();
      default ->
          throw new IllegalArgumentException(
              "noise schedule \""
                  + name
                  + "\" is unknown, expected linear, cosine or scaled_linear");
    };
  }

  @Override
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
   * @param time its number from 0, the cleanest, to {@link #times()} - 1
   * @return alpha-bar, falling from almost 1 to almost 0
   */
  public double alphaBar(int time) {
    return alphaBars[time];
  }

  @Override
  public NoiseLevel level(double timestep) {
    double place = Math.max(0, timestep - first);
    int below = Math.min((int) place, alphaBars.length - 2);
    double share = place - below;
    double low = Math.log(alphaBars[below]);
    double high = Math.log(alphaBars[below + 1]);
    return levelOf(place, share == 0 ? alphaBars[below] : Math.exp(low + share * (high - low)));
  }

  private NoiseLevel levelOf(double place, double alphaBar) {
    return new NoiseLevel(first + place, place / times(), alphaBar, 1 - alphaBar);
  }

  @Override
  public double timestepAt(double lambda) {
    double wanted = -Math.log1p(Math.exp(-2 * lambda));
    int below = 0;
    int above = alphaBars.length - 1;
    while (above - below > 1) {
      int middle = (below + above) / 2;
      if (Math.log(alphaBars[middle]) > wanted) {
        below = middle;
      } else {
        above = middle;
      }
    }
    double low = Math.log(alphaBars[below]);
    return first + below + (wanted - low) / (Math.log(alphaBars[above]) - low);
  }

  @Override
  public NoiseLevel noisiest() {
    return levelOf(times() - 1, alphaBars[times() - 1]);
  }

  @Override
  public NoiseLevel cleanest() {
    return levelOf(0, alphaBars[0]);
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
  @Override
  public StepSchedule respace(int steps, TimestepSpacing spacing) {
    List<NoiseLevel> levels = new ArrayList<>();
    for (int time : spacing.descending(times(), steps)) {
      levels.add(levelOf(time, alphaBars[time]));
    }
    return new StepSchedule(levels, new NoiseLevel(first, 0, 1, 0));
  }
}
