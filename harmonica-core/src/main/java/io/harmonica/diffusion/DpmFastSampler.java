package io.harmonica.diffusion;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * DPM-Solver "fast" of order 3 (Lu et al., 2022) as U-ViT's public code has it: as many moves of
 * order 3 as fit, then lower ones, such that every call of the model counts. All calls, those at
 * trial points too, are even in time. It ends at the model's cleanest time.
 */
public final class DpmFastSampler extends SinglestepSampler {
  /** As the command line writes it. */
  static final String NAME = "dpm-fast";

  /**
   * Creates a solver.
   *
   * @param path the model's path
   * @param steps number of steps T, calls of the model
   * @param clip whether to clip the predicted x_0 to [-1, 1]
   * @throws IllegalArgumentException if T is not positive, or the path starts at pure noise
   */
  public DpmFastSampler(NoisePath path, int steps, boolean clip) {
    super(NAME, schedule(path, steps), moves(steps), clip);
  }

  /** The last move is of order 1 or 2, since near the image third order is unstable. */
  private static List<Integer> moves(int steps) {
    List<Integer> moves = new ArrayList<>(Collections.nCopies(Math.max(0, steps - 1) / 3, 3));
    switch (steps % 3) {
      case 0 -> moves.addAll(List.of(2, 1));
      case 1 -> moves.add(1);
      default -> moves.add(2);
    }
    return moves;
  }

  private static StepSchedule schedule(NoisePath path, int steps) {
    List<NoiseLevel> levels = uniform(path, steps).stream().map(path::level).toList();
    return new StepSchedule(levels, path.cleanest());
  }
}
