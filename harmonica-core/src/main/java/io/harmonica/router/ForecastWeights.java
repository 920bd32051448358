package io.harmonica.router;

import ai.djl.ndarray.types.Shape;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Forecast;
import io.harmonica.plan.ForecastRule;
import java.util.Arrays;

/** The weights of a plan's forecasts as one tensor, [T, branches, halves, terms]. */
final class ForecastWeights {
  private ForecastWeights() {}

  /** Lays out the weights; those of computed cells are zeros. */
  static float[] flat(CachePlan plan) {
    int halves = plan.halves();
    int terms = plan.mostTerms();
    float[] flat = new float[plan.steps() * plan.branches() * halves * terms];
    for (int cell = 0; cell < plan.steps() * plan.branches(); cell++) {
      int step = cell / plan.branches();
      int branch = cell % plan.branches();
      if (!plan.computes(step, branch)) {
        Forecast forecast = plan.forecast(step, branch);
        for (int half = 0; half < halves; half++) {
          for (int term = 0; term < forecast.terms(); term++) {
            flat[(cell * halves + half) * terms + term] = forecast.weight(half, term);
          }
        }
      }
    }
    return flat;
  }

  /**
   * Reads the weights.
   *
   * @param shape of the tensor, which {@link #check} found right
   * @param cells (T, branches), as the logits have it
   * @param flat the tensor's values
   * @return the rule that finds a cell's weights in the tensor
   * @throws IllegalArgumentException if a value is not finite
   */
  static ForecastRule rule(Shape shape, Shape cells, float[] flat) {
    int halves = (int) shape.get(2);
    int terms = (int) shape.get(3);
    int branches = (int) cells.get(1);
    for (int i = 0; i < flat.length; i++) {
      if (!Float.isFinite(flat[i])) {
        int cell = i / (halves * terms);
        throw new IllegalArgumentException(
            "a forecast weight of step %d, branch %d is %s, expected a finite number"
                .formatted(cell / branches, cell % branches, flat[i]));
      }
    }
    return (step, branch, history) -> {
      int from = (step * branches + branch) * halves * terms;
      float[] first = Arrays.copyOfRange(flat, from, from + terms);
      return halves == 1
          ? Forecast.of(first)
          : Forecast.ofHalves(first, Arrays.copyOfRange(flat, from + terms, from + 2 * terms));
    };
  }

  /**
   * Checks the tensor's shape before its values are read.
   *
   * @param shape of the tensor
   * @param cells (T, branches), as the logits have it
   * @throws IllegalArgumentException if it is another
   */
  static void check(Shape shape, Shape cells) {
    boolean fits =
        shape.dimension() == 4
            && shape.slice(0, 2).equals(cells)
            && (shape.get(2) == 1 || shape.get(2) == 2)
            && shape.get(3) >= 1
            && shape.get(3) <= Forecast.MOST_TERMS;
    if (!fits) {
      throw new IllegalArgumentException(
          "its forecast weights are %s, expected (%d, %d, 1 or 2 halves, 1 to %d terms)"
              .formatted(shape, cells.get(0), cells.get(1), Forecast.MOST_TERMS));
    }
  }
}
