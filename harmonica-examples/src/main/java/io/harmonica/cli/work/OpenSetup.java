package io.harmonica.cli.work;

import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.work.ModelBench;

/**
 * The bench of pieces of a training or a search.
 *
 * @param model the model
 * @param setup how it runs
 */
public record OpenSetup(OpenModel model, SamplingSetup setup) implements ModelBench {
  @Override
  public NDManager manager() {
    return model.pipeline().manager();
  }

  @Override
  public void close() {
    model.close();
  }
}
