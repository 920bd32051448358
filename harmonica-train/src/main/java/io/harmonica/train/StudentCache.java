package io.harmonica.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.CacheHook;
import io.harmonica.cache.FeatureHistory;
import io.harmonica.plan.ForecastRule;

/**
 * The cache of a student at one step: what a branch would be if it were not computed, and where its
 * output goes if it is.
 *
 * @param history the outputs so far
 * @param step the step
 * @param rule how they make a forecast
 * @param owner owns the forecasts
 */
public record StudentCache(FeatureHistory history, int step, ForecastRule rule, NDManager owner) {

  /**
   * Makes what the branch is without computing it.
   *
   * @param branch the flat branch index
   * @return the forecast, which must not be changed; the step's owner owns it
   * @throws IllegalStateException if nothing is kept of the branch
   */
  public NDArray cached(int branch) {
    return history.forecast(step, branch, rule, owner);
  }

  /**
   * Keeps an output.
   *
   * @param branch the flat branch index
   * @param feature the output, detached from any graph; copied
   */
  public void put(int branch, NDArray feature) {
    history.put(step, branch, feature);
  }

  /**
   * {@return a hook that computes every branch and keeps every output: how a trajectory's first
   * step fills the cache}
   */
  public CacheHook fill() {
    return (branch, compute) -> {
      NDArray fresh = compute.get();
      put(branch, fresh);
      return fresh;
    };
  }
}
