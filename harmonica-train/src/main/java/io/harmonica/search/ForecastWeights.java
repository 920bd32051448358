package io.harmonica.search;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Cell;
import io.harmonica.plan.Forecast;
import java.util.HashMap;
import java.util.Map;

/**
 * The weights of a plan's forecasts in training, with AdamW's state. Each step goes along the
 * history's differences: the newest output, its difference from the one before, the difference of
 * those differences, and so on. Neighbouring outputs are nearly alike, so that steps along the
 * weights themselves would mostly undo each other.
 */
final class ForecastWeights {
  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.99;
  private static final double EPSILON = 1e-12;

  /** A higher difference is smaller, about by so much, and takes larger steps. */
  private static final double GROWTH = 2;

  /** Values of a cell in {@link #weights} and the moments. */
  static final int VALUES = 2 * Forecast.MOST_TERMS;

  private final CachePlan base;
  private final int halves;
  private final float[] weights;
  private final float[] first;
  private final float[] second;
  private int updates;

  /**
   * What a training saves and takes up: [cells x {@link #VALUES}] each, half by half.
   *
   * @param updates how many there were
   * @param weights the weights
   * @param first AdamW's first moments
   * @param second AdamW's second moments
   */
  @SuppressWarnings("ArrayRecordComponent") // a bare carrier
  record State(int updates, float[] weights, float[] first, float[] second) {}

  private ForecastWeights(CachePlan base, int halves, State state) {
    this.base = base;
    this.halves = halves;
    this.weights = state.weights();
    this.first = state.first();
    this.second = state.second();
    this.updates = state.updates();
  }

  /**
   * Starts.
   *
   * @param plan what is computed, and the weights to begin with
   * @param halves 2 for weights of their own for both halves of a guided batch, else 1
   */
  static ForecastWeights of(CachePlan plan, int halves) {
    float[] weights = new float[plan.steps() * plan.branches() * VALUES];
    for (int i = 0; i < weights.length; i++) {
      Cell cell = cell(plan, i / VALUES);
      int term = i % Forecast.MOST_TERMS;
      if (!plan.computes(cell)) {
        Forecast forecast = plan.forecast(cell.step(), cell.branch());
        int half = i % VALUES / Forecast.MOST_TERMS;
        weights[i] = term < forecast.terms() ? forecast.weight(half, term) : 0;
      }
    }
    return from(
        plan, halves, new State(0, weights, new float[weights.length], new float[weights.length]));
  }

  /** Takes up a training that was saved. */
  static ForecastWeights from(CachePlan plan, int halves, State state) {
    return new ForecastWeights(plan, halves, state);
  }

  /** What to save; the arrays are those of now. */
  State state() {
    return new State(updates, weights, first, second);
  }

  /** How many updates there were. */
  int updates() {
    return updates;
  }

  private static Cell cell(CachePlan plan, int index) {
    return new Cell(index / plan.branches(), index % plan.branches());
  }

  /** The plan with the weights of now. */
  CachePlan plan() {
    return base.forecasting((step, branch, history) -> forecast(step, branch));
  }

  /** The weights of now. */
  Map<Cell, Forecast> forecasts() {
    Map<Cell, Forecast> forecasts = new HashMap<>();
    for (int step = 1; step < base.steps(); step++) {
      for (int branch = 0; branch < base.branches(); branch++) {
        if (!base.computes(step, branch)) {
          forecasts.put(new Cell(step, branch), forecast(step, branch));
        }
      }
    }
    return forecasts;
  }

  private Forecast forecast(int step, int branch) {
    int terms = base.forecast(step, branch).terms();
    float[][] own = new float[halves][terms];
    int from = (step * base.branches() + branch) * VALUES;
    for (int half = 0; half < halves; half++) {
      System.arraycopy(weights, from + half * Forecast.MOST_TERMS, own[half], 0, terms);
    }
    return halves == 1 ? Forecast.of(own[0]) : Forecast.ofHalves(own[0], own[1]);
  }

  /**
   * One step of AdamW.
   *
   * @param gradients by each weight of each cell, half by half; null where a cell is computed
   * @param rate the rate
   */
  void update(float[][] gradients, double rate) {
    updates++;
    for (int cell = 0; cell < gradients.length; cell++) {
      if (gradients[cell] != null) {
        int terms = gradients[cell].length / halves;
        for (int half = 0; half < halves; half++) {
          int from = cell * VALUES + half * Forecast.MOST_TERMS;
          for (int order = 0; order < terms; order++) {
            move(from, order, slope(gradients[cell], half * terms, order), rate);
          }
        }
      }
    }
  }

  /** The slope along a difference. */
  private static double slope(float[] gradients, int from, int order) {
    double slope = 0;
    double factor = 1;
    for (int term = 0; term <= order; term++) {
      slope += factor * gradients[from + term];
      factor *= -(double) (order - term) / (term + 1);
    }
    return slope;
  }

  private void move(int from, int order, double slope, double rate) {
    int at = from + order;
    first[at] = (float) (BETA1 * first[at] + (1 - BETA1) * slope);
    second[at] = (float) (BETA2 * second[at] + (1 - BETA2) * slope * slope);
    double mean = first[at] / (1 - Math.pow(BETA1, updates));
    double size = Math.sqrt(second[at] / (1 - Math.pow(BETA2, updates)));
    double step = rate * Math.pow(GROWTH, order) * mean / (size + EPSILON);
    for (int term = 0; term <= order; term++) {
      weights[from + term] -= (float) step;
      step *= -(double) (order - term) / (term + 1);
    }
  }
}
