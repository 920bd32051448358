package io.harmonica.pixart;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.Denoiser;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ComputeCost;
import java.util.ArrayList;
import java.util.List;

/** A model that notes at every call which branches were computed. */
record NotingDenoiser(Denoiser model, List<List<Integer>> computed) implements Denoiser {
  @Override
  public BranchLayout layout() {
    return model.layout();
  }

  @Override
  public ComputeCost cost() {
    return model.cost();
  }

  @Override
  public NDArray predict(NDArray x, double timestep, NDList conditioning, CacheHook hook) {
    List<Integer> now = new ArrayList<>();
    computed.add(now);
    return model.predict(
        x,
        timestep,
        conditioning,
        (branch, compute) ->
            hook.apply(
                branch,
                () -> {
                  now.add(branch);
                  return compute.get();
                }));
  }
}
