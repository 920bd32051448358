package io.harmonica.plan;

import java.io.Serializable;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.function.ToIntFunction;

/**
 * Says for every step and branch of a trajectory whether the branch is computed, and else how its
 * output is made from those that were computed before. Steps count in execution order: step 0 is
 * the noisiest and always computes everything, since the cache starts empty. Immutable.
 *
 * @serial exclude
 */
@SuppressWarnings("InvalidBlockTag") // a serialised form is no promise, wherever it is said
public final class CachePlan implements Serializable {
  /**
   * The most cells of a plan, ten times what PixArt-XL/2 has over 1000 steps. A plan takes time in
   * proportion to cells x T, so that this bounds what a hostile file can ask for.
   */
  public static final int MOST_CELLS = 1_000_000;

  private static final long serialVersionUID = 1;

  private final int steps;
  private final int branches;
  private final BitSet computed;
  private final Forecast[] forecasts;
  private final FeatureLifetimes lifetimes;

  private CachePlan(int steps, int branches, BitSet computed, ForecastRule rule) {
    this.steps = steps;
    this.branches = branches;
    this.computed = computed;
    this.forecasts = new Forecast[steps * branches];
    for (int branch = 0; branch < branches; branch++) {
      int[] history = {};
      for (int step = 0; step < steps; step++) {
        if (computed.get(step * branches + branch)) {
          history = newest(step, history);
        } else {
          forecasts[step * branches + branch] = checked(rule, step, branch, history);
        }
      }
    }
    this.lifetimes = FeatureLifetimes.of(this);
  }

  private static int[] newest(int step, int[] before) {
    int[] history = new int[before.length + 1];
    history[0] = step;
    System.arraycopy(before, 0, history, 1, before.length);
    return history;
  }

  private static Forecast checked(ForecastRule rule, int step, int branch, int[] history) {
    Forecast forecast = rule.forecast(step, branch, history.clone());
    if (forecast.terms() > history.length) {
      throw new IllegalArgumentException(
          ("the forecast of step %d, branch %d takes %d outputs,"
                  + " but the branch has been computed %d times")
              .formatted(step, branch, forecast.terms(), history.length));
    }
    return forecast;
  }

  /**
   * Builds a plan of plain reuse cell by cell. Step 0 computes everything, whatever the rule says.
   *
   * @param steps number of steps T, at least 1
   * @param branches number of branches, at least 1
   * @param rule decides the cells of the other steps
   * @return the plan
   * @throws IllegalArgumentException if there is no step or no branch, or there are more than
   *     {@link #MOST_CELLS} cells
   */
  public static CachePlan of(int steps, int branches, CellRule rule) {
    if (steps < 1 || branches < 1 || (long) steps * branches > MOST_CELLS) {
      throw new IllegalArgumentException(
          "a plan of %d steps and %d branches: expected at least 1 each, and at most %d cells"
              .formatted(steps, branches, MOST_CELLS));
    }
    BitSet computed = new BitSet(steps * branches);
    computed.set(0, branches);
    for (int step = 1; step < steps; step++) {
      for (int branch = 0; branch < branches; branch++) {
        computed.set(step * branches + branch, rule.computes(step, branch));
      }
    }
    return new CachePlan(steps, branches, computed, ForecastRule.REUSE);
  }

  /**
   * Builds a plan of plain reuse whose steps compute either everything or nothing.
   *
   * @param steps number of steps T
   * @param branches number of branches
   * @param computes tells whether a step computes; not asked for step 0
   * @return the plan
   */
  public static CachePlan ofSteps(int steps, int branches, IntPredicate computes) {
    return of(steps, branches, (step, branch) -> computes.test(step));
  }

  /**
   * Returns the plan that computes the same cells and makes the others by a rule.
   *
   * @param rule makes the forecasts
   * @return the plan
   * @throws IllegalArgumentException if a forecast takes more outputs than its branch has had
   */
  public CachePlan forecasting(ForecastRule rule) {
    return new CachePlan(steps, branches, computed, rule);
  }

  /**
   * Returns the plan in which some cells change sides. A rule makes all forecasts anew, since what
   * they can take may have changed.
   *
   * @param cells computed cells that shall be forecast, and the other way round; none of step 0
   * @param rule makes the forecasts
   * @return the plan
   * @throws IllegalArgumentException if a cell is of step 0, or a forecast takes more outputs than
   *     its branch has had
   * @throws IndexOutOfBoundsException if the plan has no such cell
   */
  public CachePlan switched(Collection<Cell> cells, ForecastRule rule) {
    BitSet other = (BitSet) computed.clone();
    for (Cell cell : cells) {
      int index = index(cell.step(), cell.branch());
      if (cell.step() == 0) {
        throw new IllegalArgumentException(
            "step 0 computes everything; branch " + cell.branch() + " cannot change there");
      }
      other.flip(index);
    }
    return new CachePlan(steps, branches, other, rule);
  }

  /** {@return T, the number of steps} */
  public int steps() {
    return steps;
  }

  /** {@return the number of branches} */
  public int branches() {
    return branches;
  }

  /**
   * Tells whether a branch is computed.
   *
   * @param step the step, in execution order
   * @param branch the flat branch index
   * @return true to compute, false to forecast
   */
  public boolean computes(int step, int branch) {
    return computed.get(index(step, branch));
  }

  /**
   * Tells whether a cell is computed.
   *
   * @param cell the cell
   * @return true to compute, false to forecast
   */
  public boolean computes(Cell cell) {
    return computes(cell.step(), cell.branch());
  }

  /**
   * Returns how a branch is made at a step that does not compute it.
   *
   * @param step the step
   * @param branch the flat branch index
   * @return the forecast
   * @throws IllegalStateException if the cell is computed
   */
  public Forecast forecast(int step, int branch) {
    Forecast forecast = forecasts[index(step, branch)];
    if (forecast == null) {
      throw new IllegalStateException(
          "step " + step + " computes branch " + branch + "; there is no forecast");
    }
    return forecast;
  }

  /**
   * Returns the steps before a step at which a branch is computed.
   *
   * @param step the step
   * @param branch the flat branch index
   * @return the steps, newest first
   */
  public int[] history(int step, int branch) {
    int[] history = {};
    for (int before = 0; before < step; before++) {
      history = computes(before, branch) ? newest(before, history) : history;
    }
    return history;
  }

  /** {@return whether every cell that is not computed repeats the newest output} */
  public boolean repeats() {
    return Arrays.stream(forecasts).allMatch(each -> each == null || each.repeats());
  }

  /** {@return the most outputs that a forecast takes; 0 if everything is computed} */
  public int mostTerms() {
    return most(Forecast::terms).orElse(0);
  }

  /** {@return 2 if a forecast weighs the halves of a guided batch differently, else 1} */
  public int halves() {
    return most(Forecast::halves).orElse(1);
  }

  private OptionalInt most(ToIntFunction<Forecast> count) {
    return Arrays.stream(forecasts).filter(Objects::nonNull).mapToInt(count).max();
  }

  /**
   * Counts the branches that a step does not compute.
   *
   * @param step the step
   * @return from 0 to {@link #branches()}
   */
  public int reused(int step) {
    return branches - computed.get(step * branches, (step + 1) * branches).cardinality();
  }

  /** {@return CUR, the cells that are not computed / (steps x branches), from 0 to 1} */
  public double cacheUtilisation() {
    return 1.0 - (double) computed.cardinality() / ((double) steps * branches);
  }

  /** {@return which outputs have to be kept, and for how long} */
  public FeatureLifetimes lifetimes() {
    return lifetimes;
  }

  private int index(int step, int branch) {
    if (step < 0 || step >= steps || branch < 0 || branch >= branches) {
      throw new IndexOutOfBoundsException(
          "step " + step + ", branch " + branch + " in a plan of " + steps + " x " + branches);
    }
    return step * branches + branch;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CachePlan plan
        && plan.steps == steps
        && plan.branches == branches
        && plan.computed.equals(computed)
        && Arrays.equals(plan.forecasts, forecasts);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(
        new int[] {steps, branches, computed.hashCode(), Arrays.hashCode(forecasts)});
  }

  /**
   * Draws the plan, a line for each step: {@code #} computes, {@code .} repeats and {@code ~} is
   * any other forecast.
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(steps * (branches + 1));
    for (int step = 0; step < steps; step++) {
      for (int branch = 0; branch < branches; branch++) {
        Forecast forecast = forecasts[index(step, branch)];
        text.append(forecast == null ? '#' : forecast.repeats() ? '.' : '~');
      }
      text.append('\n');
    }
    return text.toString();
  }

  /** {@return all that decides what a run makes: the drawing, and every weight behind it} */
  public String fingerprint() {
    return repeats() ? toString() : this + Arrays.toString(forecasts);
  }
}
