package io.harmonica.cli.recipe;

import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import io.harmonica.search.PlanSearch;
import io.harmonica.search.PlanSearchConfig;
import io.harmonica.train.RouterTrainer.CheckpointPlan;
import java.io.IOException;

/**
 * A search for the plan that the image likes best, forecasts and their weights included.
 *
 * @param config the settings
 */
public record SearchRecipe(PlanSearchConfig config) implements Recipe {

  @Override
  public Router train(Site site, CheckpointPlan saving, Listener listener) throws IOException {
    PlanSearch search = new PlanSearch(site.setup(), config);
    return site.workers()
        .map(search::over)
        .orElse(search)
        .train(site.manager(), new PlanSearch.Checkpoint(saving.file(), saving.resume()), listener);
  }

  @Override
  public RouterProvenance provenance(SamplingSetup setup) {
    return new PlanSearch(setup, config).provenance();
  }
}
