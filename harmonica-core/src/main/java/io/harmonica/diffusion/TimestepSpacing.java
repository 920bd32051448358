package io.harmonica.diffusion;

import java.util.Locale;

/**
 * How the T times of a trajectory are spread over the model's N times 0 .. N-1. Checkpoints are
 * published with one of these rules, and change their images under another; table 2 of Lin et al.
 * (2024) compares them.
 */
public enum TimestepSpacing {
  /** Evenly from N-1 to 0, both included: the public DiT code. */
  ENDPOINTS {
    @Override
    int[] ascending(int times, int steps) {
      double stride = steps == 1 ? 1 : (times - 1.0) / (steps - 1);
      int[] result = new int[steps];
      // The public code adds up the stride rather than multiplying it; rounding depends on that.
      double position = 0;
      for (int row = 0; row < steps; row++) {
        result[row] = (int) Math.rint(position);
        position += stride;
      }
      return result;
    }
  },

  /** Evenly from N-1 to 0, where the 0 is the goal of the last step: DPM-Solver and SA-Solver. */
  LINSPACE {
    @Override
    int[] ascending(int times, int steps) {
      int[] result = new int[steps];
      for (int row = 0; row < steps; row++) {
        result[row] = (int) Math.rint((row + 1) * ((times - 1.0) / steps));
      }
      return result;
    }
  },

  /** Multiples of N / T, rounded down, from 0: diffusers' DDIM. */
  LEADING {
    @Override
    int[] ascending(int times, int steps) {
      int[] result = new int[steps];
      for (int row = 0; row < steps; row++) {
        result[row] = row * (times / steps);
      }
      return result;
    }
  },

  /** N-1 and down from there in strides of N / T. */
  TRAILING {
    @Override
    int[] ascending(int times, int steps) {
      int[] result = new int[steps];
      for (int row = 0; row < steps; row++) {
        result[row] = (int) Math.rint((row + 1) * ((double) times / steps)) - 1;
      }
      return result;
    }
  };

  /**
   * Picks the times of a trajectory.
   *
   * @param times N
   * @param steps T
   * @return T times, lowest first
   */
  abstract int[] ascending(int times, int steps);

  /**
   * Picks the times of a trajectory in execution order.
   *
   * @param times N
   * @param steps T, at least 1
   * @return T times, strictly falling
   * @throws IllegalArgumentException if T is not positive or the rule would repeat a time
   */
  int[] descending(int times, int steps) {
    int most = this == LINSPACE ? times - 1 : times;
    if (steps < 1 || steps > most) {
      throw new IllegalArgumentException(
          "steps is %d, expected 1 to %d, the times that the model knows (%s)"
              .formatted(steps, most, name().toLowerCase(Locale.ROOT)));
    }
    int[] ascending = ascending(times, steps);
    int[] descending = new int[steps];
    for (int step = 0; step < steps; step++) {
      descending[step] = ascending[steps - 1 - step];
    }
    return descending;
  }
}
