package io.harmonica.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.Denoiser;
import io.harmonica.diffusion.Prediction;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ComputeCost;

/**
 * A model whose forward passes a test watches.
 *
 * @param model what predicts
 * @param watcher told before each pass
 */
public record WatchedDenoiser(Denoiser model, Watcher watcher) implements Denoiser {
  /** Told what a model is asked. */
  @FunctionalInterface
  public interface Watcher {
    void asked(NDArray x, double timestep, NDList conditioning);
  }

  @Override
  public BranchLayout layout() {
    return model.layout();
  }

  @Override
  public ComputeCost cost() {
    return model.cost();
  }

  @Override
  public long featureSize() {
    return model.featureSize();
  }

  @Override
  public Prediction prediction() {
    return model.prediction();
  }

  @Override
  public NDArray predict(NDArray x, double timestep, NDList conditioning, CacheHook hook) {
    watcher.asked(x, timestep, conditioning);
    return model.predict(x, timestep, conditioning, hook);
  }
}
