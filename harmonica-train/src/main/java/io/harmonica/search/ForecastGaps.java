package io.harmonica.search;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.harmonica.cache.CacheHook;
import io.harmonica.cache.FeatureHistory;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.Trajectory;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Cell;

/**
 * How far each cell's forecast lies from what the branch really computes, along a draft's own
 * trajectory: |fresh - forecast| / |fresh|. One run tells it for all cells, computed or not. It
 * says where moves promise most, when there are more cells than forward passes to measure them
 * with.
 */
final class ForecastGaps {
  private ForecastGaps() {}

  /**
   * Measures.
   *
   * @param manager everything made under it is freed
   * @param model the model bound to a batch's conditioning
   * @param sampler the sampler
   * @param noise x_T
   * @param draft the draft; its trajectory follows its plan
   * @return the gap of every cell, [T][branches]; 0 for step 0
   */
  static float[][] of(
      NDManager manager, GuidedDenoiser model, Sampler sampler, NDArray noise, Draft draft) {
    CachePlan plan = draft.plan();
    float[][] gaps = new float[plan.steps()][plan.branches()];
    try (NDManager scope = manager.newSubManager();
        Trajectory trajectory = sampler.start(scope, noise, model.denoiser().prediction());
        FeatureHistory history = new FeatureHistory(scope, plan.branches(), Move.MOST_ORDER + 1)) {
      for (int step = 0; step < plan.steps(); step++) {
        int now = step;
        DenoisingLoop.step(
            scope,
            trajectory,
            (owner, x, time) -> {
              NDList found = new NDList();
              NDArray output = model.predict(x, time, measuring(owner, history, draft, now, found));
              if (now > 0) {
                gaps[now] = NDArrays.stack(found).toFloatArray();
              }
              return output;
            });
      }
    }
    return gaps;
  }

  private static CacheHook measuring(
      NDManager owner, FeatureHistory history, Draft draft, int step, NDList found) {
    return (branch, compute) -> {
      NDArray fresh = compute.get();
      boolean computes = draft.plan().computes(step, branch);
      if (step > 0) {
        NDArray forecast =
            history.forecast(step, branch, draft.ruleOf(new Cell(step, branch)), owner);
        found.add(gap(fresh, forecast));
        if (!computes) {
          return forecast;
        }
      }
      history.put(step, branch, fresh);
      return fresh;
    };
  }

  private static NDArray gap(NDArray fresh, NDArray forecast) {
    try (NDArray difference = fresh.sub(forecast);
        NDArray missed = difference.square().sum();
        NDArray size = fresh.square().sum()) {
      return missed.div(size.add(Float.MIN_NORMAL)).sqrt();
    }
  }
}
