package io.harmonica.search;

import ai.djl.ndarray.NDManager;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Cell;
import io.harmonica.plan.Forecast;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Learns the weights of forecasts from the image. A group of cells shares a correction along a
 * direction: of the newest output, or of a difference of the history. With e the error of x_0 and
 * J_i its change by a small correction i, the corrections d minimise mean (e + J d)^2 + damping
 * |J_i|^2 d_i^2, which is damped Gauss-Newton on x_0; several dampings are tried, and other batches
 * choose among them and what was there.
 *
 * @param layout tells kinds apart
 * @param slices into how many groups of neighbouring blocks a step's branches of a kind are cut
 * @param halves 2 to correct the halves of a guided batch differently, else 1
 * @param terms how many outputs a forecast may take
 */
record ForecastFit(BranchLayout layout, int slices, int halves, int terms) {
  /** Small enough to be linear, large enough to stand out from rounding. */
  private static final float SMALL = 0.02f;

  private static final double[] DAMPINGS = {0.03, 0.1, 0.3, 1, 3};

  /** A correction: cells, and what is added to their weights of one half for each unit of it. */
  @SuppressWarnings("ArrayRecordComponent") // a bare carrier
  private record Correction(List<Cell> cells, int half, float[] direction) {}

  /**
   * Learns.
   *
   * @param manager everything made under it is freed
   * @param batches where to measure
   * @param draft the draft whose weights are corrected
   * @param number which batches
   * @param listener told how far it is
   * @return the best draft
   */
  Judged fit(
      NDManager manager,
      CalibrationBatches batches,
      Draft draft,
      int number,
      PlanSearchListener listener) {
    List<Correction> corrections = corrections(draft.plan());
    List<CachePlan> variants = new ArrayList<>();
    for (Correction correction : corrections) {
      variants.add(corrected(draft, List.of(correction), new double[] {SMALL}).plan());
    }
    int steps = draft.plan().steps();
    long planned =
        2L * steps
            + corrections.stream().mapToLong(each -> steps - each.cells().get(0).step()).sum();
    ImageEffects effects;
    try (NDManager scope = manager.newSubManager()) {
      PlanErrors errors = batches.open(scope, CalibrationBatches.EFFECTS, number);
      effects =
          errors.effects(
              draft.plan(),
              variants,
              now -> listener.duringRound("weights", Math.min(now, planned), planned));
    }
    effects = effects.weighedEvenly();
    List<Draft> drafts = new ArrayList<>(List.of(draft));
    for (double damping : DAMPINGS) {
      double[] found = solve(effects, damping);
      for (int i = 0; i < found.length; i++) {
        found[i] *= SMALL;
      }
      drafts.add(corrected(draft, corrections, found));
    }
    return batches.best(manager, drafts, number);
  }

  private List<Correction> corrections(CachePlan plan) {
    List<Correction> corrections = new ArrayList<>();
    for (int step = 1; step < plan.steps(); step++) {
      for (BranchKind kind : layout.kinds()) {
        for (int slice = 0; slice < slices; slice++) {
          List<Cell> cells = cells(plan, step, kind, slice);
          for (int term = 0; term < terms; term++) {
            List<Cell> deep = deep(plan, cells, term);
            for (int half = 0; half < halves && !deep.isEmpty(); half++) {
              corrections.add(new Correction(deep, half, direction(term)));
            }
          }
        }
      }
    }
    return corrections;
  }

  /** The forecast cells of a step and kind, in one slice of the blocks. */
  private List<Cell> cells(CachePlan plan, int step, BranchKind kind, int slice) {
    List<Cell> cells = new ArrayList<>();
    int first = slice * layout.blocks() / slices;
    int last = (slice + 1) * layout.blocks() / slices;
    for (int block = first; block < last; block++) {
      int branch = layout.index(block, kind);
      if (!plan.computes(step, branch)) {
        cells.add(new Cell(step, branch));
      }
    }
    return cells;
  }

  private static List<Cell> deep(CachePlan plan, List<Cell> cells, int term) {
    return cells.stream()
        .filter(cell -> plan.history(cell.step(), cell.branch()).length > term)
        .toList();
  }

  /** The newest output, the difference of the newest two, the difference of their differences. */
  private static float[] direction(int term) {
    return switch (term) {
      case 0 -> new float[] {1};
      case 1 -> new float[] {1, -1};
      case 2 -> new float[] {1, -2, 1};
      default -> throw new IllegalArgumentException("no difference of order " + term);
    };
  }

  private Draft corrected(Draft draft, List<Correction> corrections, double[] sizes) {
    Map<Cell, float[][]> weights = new HashMap<>();
    for (int i = 0; i < sizes.length; i++) {
      Correction correction = corrections.get(i);
      for (Cell cell : correction.cells()) {
        float[][] own = weights.computeIfAbsent(cell, each -> weights(draft.plan(), each));
        float[] half = own[correction.half()];
        for (int term = 0; term < correction.direction().length; term++) {
          half[term] += (float) (sizes[i] * correction.direction()[term]);
        }
      }
    }
    Map<Cell, Forecast> forecasts = new HashMap<>();
    weights.forEach(
        (cell, each) ->
            forecasts.put(
                cell, halves == 1 ? Forecast.of(each[0]) : Forecast.ofHalves(each[0], each[1])));
    return draft.learning(forecasts);
  }

  private float[][] weights(CachePlan plan, Cell cell) {
    Forecast forecast = plan.forecast(cell.step(), cell.branch());
    int known = plan.history(cell.step(), cell.branch()).length;
    float[][] weights = new float[halves][Math.min(known, Math.max(terms, forecast.terms()))];
    for (int half = 0; half < halves; half++) {
      for (int term = 0; term < forecast.terms(); term++) {
        weights[half][term] = forecast.weight(half, term);
      }
    }
    return weights;
  }

  /** Damped least squares by the Cholesky factors of its normal equations. */
  private static double[] solve(ImageEffects effects, double damping) {
    double[][] normal = effects.products();
    double[] right = effects.slopes();
    int n = right.length;
    for (int i = 0; i < n; i++) {
      normal[i][i] += damping * normal[i][i] + Double.MIN_NORMAL;
      for (int j = 0; j <= i; j++) {
        double sum = normal[i][j];
        for (int k = 0; k < j; k++) {
          sum -= normal[i][k] * normal[j][k];
        }
        normal[i][j] = i == j ? Math.sqrt(sum) : sum / normal[j][j];
      }
    }
    double[] solution = new double[n];
    for (int i = 0; i < n; i++) {
      double sum = -right[i];
      for (int k = 0; k < i; k++) {
        sum -= normal[i][k] * solution[k];
      }
      solution[i] = sum / normal[i][i];
    }
    for (int i = n - 1; i >= 0; i--) {
      double sum = solution[i];
      for (int k = i + 1; k < n; k++) {
        sum -= normal[k][i] * solution[k];
      }
      solution[i] = sum / normal[i][i];
    }
    return solution;
  }
}
