package io.harmonica.cli.recipe;

import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import io.harmonica.train.RouterTrainer;
import io.harmonica.train.RouterTrainer.CheckpointPlan;
import io.harmonica.train.RouterTrainerConfig;
import java.io.IOException;

/**
 * Step-wise denoising training, weighed by the image error proxy.
 *
 * @param config the settings; steered if there is a target
 */
public record PublishedRecipe(RouterTrainerConfig config) implements Recipe {

  @Override
  public Router train(Site site, CheckpointPlan saving, Listener listener) throws IOException {
    RouterTrainer trainer = new RouterTrainer(site.setup(), config);
    return site.workers()
        .map(trainer::over)
        .orElse(trainer)
        .train(site.manager(), saving, listener);
  }

  @Override
  public RouterProvenance provenance(SamplingSetup setup) {
    return new RouterTrainer(setup, config).provenance();
  }
}
