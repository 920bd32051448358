package io.harmonica.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.Denoiser;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ComputeCost;
import java.util.List;

/** Notes the labels that a model is asked for. */
record RecordingDenoiser(Denoiser model, List<long[]> labels) implements Denoiser {
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
    labels.add(conditioning.head().toLongArray());
    return model.predict(x, timestep, conditioning, hook);
  }
}
