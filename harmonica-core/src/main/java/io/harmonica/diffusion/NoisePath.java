package io.harmonica.diffusion;

import java.util.Locale;
import java.util.stream.Stream;

/**
 * How a model's training mixed image and noise at each of its times, which are real numbers of the
 * model's own: from 999 down to 0 for DiT, from 0 up to 1 for a flow model. Immutable.
 */
public interface NoisePath {

  /** {@return the name in configurations} */
  String name();

  /**
   * Returns the mix at a time.
   *
   * @param timestep the model's time, which need not be whole
   * @return the mix there
   */
  NoiseLevel level(double timestep);

  /**
   * Finds the time of a signal-to-noise ratio.
   *
   * @param lambda half the logarithm of the ratio, finite
   * @return the model's time
   */
  double timestepAt(double lambda);

  /** {@return where sampling starts, at the noisiest of the model's times} */
  NoiseLevel noisiest();

  /** {@return the cleanest of the model's times, where solvers end that stop short of the image} */
  NoiseLevel cleanest();

  /**
   * Picks the times of a trajectory that ends at the image itself.
   *
   * @param steps number of steps T
   * @param spacing how the times are spread
   * @return the times in execution order
   * @throws IllegalArgumentException if T is out of range
   */
  StepSchedule respace(int steps, TimestepSpacing spacing);

  /**
   * Tells whether x moves from noise to image in a straight line, so that a model can learn its
   * velocity, which does not change.
   *
   * @return true for flow models
   */
  default boolean isStraight() {
    return false;
  }

  /**
   * Returns a path by its name.
   *
   * @param name {@code flow}, {@code vp_sde}, or a {@linkplain NoiseSchedule#named noise
   *     schedule's}
   * @return the path
   * @throws IllegalArgumentException if there is no such path
   */
  static NoisePath named(String name) {
    return Stream.of(StraightPath.INSTANCE, VpSde.INSTANCE)
        .filter(path -> path.name().equals(name.toLowerCase(Locale.ROOT)))
        .findFirst()
        .orElseGet(() -> NoiseSchedule.named(name));
  }
}
