package io.harmonica.search;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Cell;
import io.harmonica.plan.Forecast;
import io.harmonica.plan.ForecastRule;
import io.harmonica.plan.TaylorForecast;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A plan in the making: what each cell is, computed or forecast at an order. Weights follow from
 * the order, unless they were learned; a cell that changes sides also changes the history of its
 * branch behind it, and learned weights hold only for the history that they were learned with.
 * Immutable.
 */
final class Draft {
  /** Leaves an output as it is. A zero would too, but a forecast ends at its last other weight. */
  private static final float NEGLIGIBLE = 1e-30f;

  private static final TaylorForecast[] TAYLOR = new TaylorForecast[Forecast.MOST_TERMS];

  static {
    for (int order = 0; order < TAYLOR.length; order++) {
      TAYLOR[order] = new TaylorForecast(order);
    }
  }

  private final CachePlan plan;
  private final byte[][] orders;
  private final Map<Cell, Learned> learned;

  /** Weights, and the computed steps before the cell when they were learned. */
  private record Learned(List<Integer> history, Forecast forecast) {}

  private Draft(CachePlan plan, byte[][] orders, Map<Cell, Learned> learned) {
    this.plan = plan;
    this.orders = orders;
    this.learned = learned;
  }

  /**
   * Starts from a plan.
   *
   * @param plan what is computed; its forecasts do not count
   * @param order of every cell, should it be forecast
   */
  static Draft of(CachePlan plan, int order) {
    byte[][] orders = new byte[plan.steps()][plan.branches()];
    for (byte[] row : orders) {
      Arrays.fill(row, (byte) order);
    }
    return of(plan, orders);
  }

  /**
   * Starts from a plan.
   *
   * @param plan what is computed; its forecasts do not count
   * @param orders of each cell, should it be forecast; [T][branches], kept
   */
  static Draft of(CachePlan plan, byte[][] orders) {
    return new Draft(plan.forecasting(rule(orders, Map.of())), orders, Map.of());
  }

  private static ForecastRule rule(byte[][] orders, Map<Cell, Learned> learned) {
    return (step, branch, history) -> {
      Learned own = learned.get(new Cell(step, branch));
      return own != null && own.history().equals(list(history))
          ? own.forecast()
          : TAYLOR[orders[step][branch]].forecast(step, branch, history);
    };
  }

  private static List<Integer> list(int[] history) {
    return Arrays.stream(history).boxed().toList();
  }

  /** The plan, with its forecasts. */
  CachePlan plan() {
    return plan;
  }

  /** The order that a cell has where it is forecast. */
  int order(Cell cell) {
    return orders[cell.step()][cell.branch()];
  }

  /** How a cell is forecast where it is not computed; of a computed one, how it would be. */
  ForecastRule ruleOf(Cell cell) {
    return plan.computes(cell)
        ? TAYLOR[order(cell)]
        : (step, branch, history) -> plan.forecast(step, branch);
  }

  /** Whether a cell's weights are learned and in force. */
  boolean isLearned(Cell cell) {
    return learned.containsKey(cell)
        && learned.get(cell).history().equals(list(plan.history(cell.step(), cell.branch())));
  }

  /** The same draft without learned weights that are not in force, which could come back. */
  Draft settled() {
    Map<Cell, Learned> inForce = new HashMap<>(learned);
    inForce.keySet().removeIf(cell -> plan.computes(cell) || !isLearned(cell));
    return new Draft(plan, orders, inForce);
  }

  /** The draft after some moves, at most one a cell. */
  Draft with(Collection<Move> moves) {
    byte[][] changed = new byte[orders.length][];
    for (int step = 0; step < changed.length; step++) {
      changed[step] = orders[step].clone();
    }
    Map<Cell, Learned> kept = new HashMap<>(learned);
    List<Cell> switched = new ArrayList<>();
    for (Move move : moves) {
      Cell cell = move.cell();
      boolean computes = move.choice() == Move.COMPUTE;
      if (computes != plan.computes(cell)) {
        switched.add(cell);
      }
      if (!computes) {
        changed[cell.step()][cell.branch()] = (byte) move.choice();
        kept.remove(cell);
      }
    }
    return new Draft(plan.switched(switched, rule(changed, kept)), changed, kept);
  }

  /** The draft with other weights in some cells that are forecast. */
  Draft learning(Map<Cell, Forecast> forecasts) {
    Map<Cell, Learned> all = new HashMap<>(learned);
    forecasts.forEach(
        (cell, forecast) ->
            all.put(cell, new Learned(list(plan.history(cell.step(), cell.branch())), forecast)));
    return new Draft(plan.forecasting(rule(orders, all)), orders, all);
  }

  /**
   * The draft with more outputs in reach of the cells that repeat, which a training of weights
   * needs: one weight alone could only scale. The new weights change nothing yet.
   *
   * @param order a cell takes one output more than this, where its history has them
   */
  Draft widened(int order) {
    Map<Cell, Forecast> wider = new HashMap<>();
    for (int step = 1; step < plan.steps(); step++) {
      for (int branch = 0; branch < plan.branches(); branch++) {
        int reach = Math.min(order + 1, computedBefore(step, branch));
        if (!plan.computes(step, branch)
            && reach > 1
            && plan.forecast(step, branch).equals(Forecast.REUSE)) {
          float[] weights = new float[reach];
          weights[0] = 1;
          weights[reach - 1] = NEGLIGIBLE;
          wider.put(new Cell(step, branch), Forecast.of(weights));
        }
      }
    }
    return wider.isEmpty() ? this : learning(wider);
  }

  private int computedBefore(int step, int branch) {
    return (int) IntStream.range(0, step).filter(before -> plan.computes(before, branch)).count();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Draft draft && draft.plan.equals(plan);
  }

  @Override
  public int hashCode() {
    return plan.hashCode();
  }
}
