package io.harmonica.diffusion;

import java.util.List;
import java.util.stream.IntStream;

/**
 * The straight path of flow matching (Lipman et al., 2023; SiT, Ma et al., 2024): x = t x_0 + (1 -
 * t) noise for the model's times t from 0, the noise, to 1, the image. Its velocity dx/dt is x_0 -
 * noise.
 */
public final class StraightPath implements NoisePath {
  /** The only one there is. */
  public static final StraightPath INSTANCE = new StraightPath();

  static final String NAME = "flow";

  private StraightPath() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String toString() {
    return NAME;
  }

  @Override
  public boolean isStraight() {
    return true;
  }

  @Override
  public NoiseLevel level(double timestep) {
    return new NoiseLevel(timestep, 1 - timestep, timestep * timestep, square(1 - timestep));
  }

  private static double square(double value) {
    return value * value;
  }

  @Override
  public double timestepAt(double lambda) {
    return 1 / (1 + Math.exp(-lambda));
  }

  @Override
  public NoiseLevel noisiest() {
    return level(0);
  }

  @Override
  public NoiseLevel cleanest() {
    return level(1);
  }

  /**
   * Picks the times 0, 1 / T, ... (T - 1) / T. All spacings are the same here, since at time 1
   * there is nothing left to predict.
   */
  @Override
  public StepSchedule respace(int steps, TimestepSpacing spacing) {
    return at(uniform(0, 1, steps));
  }

  /**
   * Takes given times.
   *
   * @param timesteps rising, from 0 to below 1
   * @return the trajectory through them to the image
   */
  StepSchedule at(List<Double> timesteps) {
    return new StepSchedule(timesteps.stream().map(this::level).toList(), cleanest());
  }

  /** The times from, from + d, ... of as many steps, which end at to. */
  static List<Double> uniform(double from, double to, int steps) {
    if (steps < 1) {
      throw new IllegalArgumentException("steps is " + steps + ", expected at least 1");
    }
    return IntStream.range(0, steps).mapToObj(step -> from + (to - from) * step / steps).toList();
  }
}
