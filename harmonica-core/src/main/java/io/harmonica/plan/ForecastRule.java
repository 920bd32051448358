package io.harmonica.plan;

/** Says how the cells of a plan that are not computed are made. */
@FunctionalInterface
public interface ForecastRule {
  /** Repeats the newest output everywhere. */
  ForecastRule REUSE = (step, branch, history) -> Forecast.REUSE;

  /**
   * Makes a cell's forecast.
   *
   * @param step the step, in execution order
   * @param branch the flat branch index
   * @param history the steps before it at which the branch is computed, newest first; at least one
   * @return the forecast; it can take as many outputs as there are steps in the history
   */
  Forecast forecast(int step, int branch, int[] history);
}
