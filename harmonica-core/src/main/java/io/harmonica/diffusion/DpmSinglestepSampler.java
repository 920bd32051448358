package io.harmonica.diffusion;

import java.util.ArrayList;
import java.util.List;

/**
 * DPM-Solver singlestep of order 2 (Lu et al., 2022) as U-ViT's public code has it: moves are even
 * in time, and the trial point of a move lies in the middle of its lambda. It ends at the model's
 * cleanest time. With an odd number of steps the last move is of order 1.
 */
public final class DpmSinglestepSampler extends SinglestepSampler {
  /** As the command line writes it. */
  static final String NAME = "dpm-singlestep";

  /**
   * Creates a solver.
   *
   * @param path the model's path
   * @param steps number of steps T, calls of the model
   * @param clip whether to clip the predicted x_0 to [-1, 1]
   * @throws IllegalArgumentException if T is not positive, or the path starts at pure noise
   */
  public DpmSinglestepSampler(NoisePath path, int steps, boolean clip) {
    super(NAME, schedule(path, steps), moves(steps), clip);
  }

  private static List<Integer> moves(int steps) {
    List<Integer> moves = new ArrayList<>();
    for (int left = steps; left > 0; left -= 2) {
      moves.add(Math.min(left, 2));
    }
    return moves;
  }

  private static StepSchedule schedule(NoisePath path, int steps) {
    List<Integer> moves = moves(steps);
    NoiseLevel end = path.cleanest();
    List<Double> starts = uniform(path, moves.size());
    List<NoiseLevel> levels = new ArrayList<>();
    for (int move = 0; move < moves.size(); move++) {
      NoiseLevel from = path.level(starts.get(move));
      levels.add(from);
      if (moves.get(move) == 2) {
        NoiseLevel to = move + 1 < moves.size() ? path.level(starts.get(move + 1)) : end;
        levels.add(path.level(path.timestepAt((from.lambda() + to.lambda()) / 2)));
      }
    }
    return new StepSchedule(levels, end);
  }
}
