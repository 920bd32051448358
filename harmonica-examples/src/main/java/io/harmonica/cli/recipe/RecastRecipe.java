package io.harmonica.cli.recipe;

import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.TaylorForecast;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import io.harmonica.train.RouterTrainer.CheckpointPlan;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Another recipe's plan with other forecasts: what is computed was chosen for the other's.
 *
 * @param recipe makes the plan
 * @param order the Taylor order of the forecasts that it is run with
 */
public record RecastRecipe(Recipe recipe, int order) implements Recipe {

  @Override
  public Router train(Site site, CheckpointPlan saving, Listener listener) throws IOException {
    Router made = recipe.train(site, saving, listener);
    return Router.of(
        made.uncheckedPlan().forecasting(new TaylorForecast(order)), provenance(site.setup()));
  }

  @Override
  public RouterProvenance provenance(SamplingSetup setup) {
    RouterProvenance planned = recipe.provenance(setup);
    Map<String, String> settings = new TreeMap<>(planned.settings());
    settings.put("recast_order", Integer.toString(order));
    return RouterProvenance.of(setup, planned.threshold(), planned.seed(), settings);
  }
}
