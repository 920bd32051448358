package io.harmonica.cli.papertable;

import io.harmonica.cli.recipe.PublishedRecipe;
import io.harmonica.cli.recipe.Recipe;
import io.harmonica.cli.recipe.RouterShelf;
import io.harmonica.cli.recipe.SearchRecipe;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import io.harmonica.policy.FullPolicy;
import io.harmonica.router.Router;
import io.harmonica.search.PlanSearchConfig;
import io.harmonica.train.RouterTrainerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Runs one study: the published router decides what the others may cost.
 *
 * @param rows makes the rows
 * @param given the published router, if it is there already; else it is trained
 */
record StudyRun(RowRun rows, Optional<Path> given) {

  List<PaperRow> run() throws IOException {
    PaperStudy study = rows.study();
    int steps = study.steps();
    List<PaperRow> made = new ArrayList<>();
    made.add(rows.row(Contender.FULL, steps, new FullPolicy()));
    RouterShelf shelf = new RouterShelf(rows.folder().resolve("routers"));
    Router published = given.isPresent() ? Router.read(given.get()) : published(shelf);
    made.add(rows.row(Contender.PUBLISHED, steps, published));
    SamplingSetup setup = rows.setup(steps);
    PlanTarget target = costOf(setup, published);
    made.add(rows.row(Contender.HARMONIZED, steps, harmonized(shelf, target)));
    EqualCost rivals = new EqualCost(setup, target);
    made.add(rows.row(Contender.TAYLORSEER, steps, rivals.taylorSeer()));
    made.add(rows.row(Contender.FEWER_STEPS, rivals.fewerSteps(), new FullPolicy()));
    return made;
  }

  private PlanTarget costOf(SamplingSetup setup, Router published) {
    CachePlan plan = setup.plan(published);
    if (plan.cacheUtilisation() == 0) {
      throw new IllegalArgumentException(
          "%s: the published router reuses nothing, so there is no equal cost; give another"
              .formatted(rows.study().title()));
    }
    return PlanTarget.of(setup.cost(), plan);
  }

  private Router published(RouterShelf shelf) throws IOException {
    SamplingSetup setup = rows.setup(rows.study().steps());
    RouterTrainerConfig config =
        rows.table().trainings().published().apply(setup.steps()).withSeed(rows.table().seed());
    RouterTrainerConfig steered =
        rows.study().goal().target().apply(setup).map(config::steeredTo).orElse(config);
    return train(shelf, "published", setup, new PublishedRecipe(steered));
  }

  private Router harmonized(RouterShelf shelf, PlanTarget target) throws IOException {
    PlanSearchConfig config = PlanSearchConfig.harmonized(target).withSeed(rows.table().seed());
    return train(
        shelf,
        "harmonized",
        rows.setup(rows.study().steps()),
        new SearchRecipe(rows.table().trainings().searched().apply(config)));
  }

  private Router train(RouterShelf shelf, String name, SamplingSetup setup, Recipe recipe)
      throws IOException {
    return shelf.get(
        name,
        recipe.provenance(setup),
        saving -> {
          String what = rows.study().title() + ", " + name + " router";
          rows.listener().begins(what + ": training");
          return recipe.train(
              new Recipe.Site(rows.pipeline().manager(), setup),
              saving,
              rows.listener().training(what));
        });
  }
}
