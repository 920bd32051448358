package io.harmonica.cli.bench;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cli.work.Devices;

/**
 * Where and how figures are measured.
 *
 * @param manager its device computes
 * @param rounds how often everything is measured
 * @param steps T of the trajectories
 * @param clock what counts as time
 */
public record Workbench(NDManager manager, int rounds, int steps, Clock clock) {
  private static final int WARM_UPS = 2;
  private static final double SHORTEST = 0.2;
  private static final int MOST_REPEATS = 1000;

  /**
   * Checks the settings.
   *
   * @param manager see the record
   * @param rounds see the record
   * @param steps see the record
   * @param clock see the record
   * @throws IllegalArgumentException if there are no rounds or fewer than two steps
   */
  public Workbench {
    if (rounds < 1) {
      throw new IllegalArgumentException("--rounds is " + rounds + ", expected at least 1");
    }
    if (steps < 2) {
      throw new IllegalArgumentException("--steps is " + steps + ", expected at least 2");
    }
  }

  /** {@return the name of the device, for processes that compute where this one does} */
  String device() {
    return Devices.name(manager.getDevice());
  }

  /**
   * Times tasks in turn, round after round and in alternating order, so that whatever slows the
   * machine down for a while slows all of them. Two runs before the first round do not count: the
   * engine's just-in-time compiler works in them. Short tasks are run several times a round.
   *
   * @param tasks what to time
   * @return seconds a run, by task and round
   */
  double[][] interleave(Runnable... tasks) {
    for (int i = 0; i < WARM_UPS; i++) {
      for (Runnable task : tasks) {
        task.run();
      }
    }
    int repeats = 1;
    for (Runnable task : tasks) {
      repeats = Math.max(repeats, (int) Math.min(MOST_REPEATS, SHORTEST / time(task)));
    }
    double[][] seconds = new double[tasks.length][rounds];
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < tasks.length; i++) {
        int task = round % 2 == 0 ? i : tasks.length - 1 - i;
        seconds[task][round] = time(tasks[task], repeats);
      }
    }
    return seconds;
  }

  /**
   * Times one run.
   *
   * @param task what to time
   * @return seconds
   */
  double time(Runnable task) {
    finish();
    double began = clock.seconds();
    task.run();
    finish();
    return clock.seconds() - began;
  }

  private double time(Runnable task, int repeats) {
    return time(
            () -> {
              for (int i = 0; i < repeats; i++) {
                task.run();
              }
            })
        / repeats;
  }

  /** Waits for the device, which works through what it is given in order. */
  void finish() {
    try (NDManager scope = manager.newSubManager()) {
      scope.ones(new Shape(1)).toFloatArray();
    }
  }

  /**
   * Divides round by round.
   *
   * @param above numerators
   * @param below denominators
   * @param factor multiplies each
   * @return the quotients
   */
  static double[] ratios(double[] above, double[] below, double factor) {
    double[] ratios = new double[above.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = factor * above[i] / below[i];
    }
    return ratios;
  }
}
