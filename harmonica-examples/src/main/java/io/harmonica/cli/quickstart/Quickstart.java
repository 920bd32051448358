package io.harmonica.cli.quickstart;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cli.recipe.PublishedRecipe;
import io.harmonica.cli.recipe.Recipe;
import io.harmonica.cli.recipe.SearchRecipe;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.eval.Candidate;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import io.harmonica.policy.TaylorSeerPolicy;
import io.harmonica.router.Router;
import io.harmonica.search.PlanSearchConfig;
import io.harmonica.train.RouterTrainer.CheckpointPlan;
import io.harmonica.train.RouterTrainerConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Trains two routers on a bundled model, as published and by the default recipe, and samples with
 * them, with their rivals and in full from the same noise.
 */
public final class Quickstart {
  /** Steps of a trajectory. */
  public static final int STEPS = 20;

  /** The speed-up that the routers are trained for. */
  public static final double SPEEDUP = 2.2;

  /** The default recipe's router in tables and files. */
  static final String HARMONIZED = "harmonized";

  /** The published training's router in tables and files. */
  static final String PUBLISHED = "harmonica as published";

  /** The published training, cut short: its own length is hours on a processor. */
  private static final RouterTrainerConfig SHORT =
      RouterTrainerConfig.paper().withBatch(4).withLearningRate(0.1);

  private static final int TAYLOR_ORDER = 2;

  private final Showcase.Source model;
  private final Settings settings;

  /**
   * What a run may vary.
   *
   * @param rounds rounds of the search that makes the default recipe's router
   * @param forwards guided forward passes that a round may take
   * @param updates optimiser steps that learn the forecasts' weights
   * @param calibration samples on which the search measures plans
   * @param trajectories trajectories of the published training
   * @param perClass images of each class or caption in the comparison
   * @param seed the seed of training and noise
   */
  public record Settings(
      int rounds,
      long forwards,
      int updates,
      int calibration,
      int trajectories,
      int perClass,
      long seed) {
    /**
     * What the command runs when nothing else is asked for: minutes on a laptop, so no round of
     * refinement and no start that takes longer than learning the weights.
     */
    public static final Settings STANDARD = new Settings(0, 1100, 32, 12, 24, 50, 0);

    /**
     * Checks the settings.
     *
     * @param rounds see the record
     * @param forwards see the record
     * @param updates see the record
     * @param calibration see the record
     * @param trajectories see the record
     * @param perClass see the record
     * @param seed see the record
     * @throws IllegalArgumentException if one is less than it must be
     */
    public Settings {
      if (perClass < 2) {
        throw new IllegalArgumentException(
            "--images is " + perClass + ", expected at least 2 of each class or caption");
      }
    }
  }

  /** Watches a run. */
  public interface Listener {
    /**
     * Tells which training begins.
     *
     * @param router the router's name
     * @return what watches it
     */
    Recipe.Listener training(String router);

    /**
     * Tells that sampling begins.
     *
     * @param images how many there will be of each policy
     * @return what is told how many there are
     */
    IntConsumer sampling(int images);
  }

  /**
   * Prepares a run.
   *
   * @param model opens the bundled model
   * @param settings what it varies
   */
  public Quickstart(Showcase.Source model, Settings settings) {
    this.model = model;
    this.settings = settings;
  }

  /**
   * A router and how it came about.
   *
   * @param router the router
   * @param history what its training went through
   * @param seconds how long that took
   */
  record Trained(Router router, TrainingHistory history, double seconds) {}

  /** What a run found. */
  record Outcome(
      SamplingSetup setup,
      List<String> names,
      Shape image,
      Trained harmonized,
      Trained published,
      Comparison comparison,
      double seconds) {
    CachePlan plan() {
      return setup.plan(harmonized.router());
    }
  }

  /** Both routers of a run. */
  record Routers(Trained harmonized, Trained published) {}

  Outcome run(NDManager manager, CheckpointPlan saving, Listener listener) throws IOException {
    long began = System.nanoTime();
    try (Showcase showcase = model.open(manager)) {
      SamplingSetup setup = showcase.setup();
      Routers routers = train(manager, setup, saving, listener);
      Comparison comparison =
          Comparison.run(
              showcase,
              candidates(setup, routers.harmonized(), routers.published()),
              settings,
              listener.sampling(settings.perClass() * showcase.names().size()));
      return new Outcome(
          setup,
          showcase.names(),
          showcase.pipeline().decoder().imageShape(),
          routers.harmonized(),
          routers.published(),
          comparison,
          (System.nanoTime() - began) / 1e9);
    }
  }

  /** The first half of a run. */
  Routers train(NDManager manager, SamplingSetup setup, CheckpointPlan saving, Listener listener)
      throws IOException {
    PlanTarget target = PlanTarget.speedup(setup.cost(), setup.steps(), SPEEDUP);
    Recipe search =
        new SearchRecipe(
            PlanSearchConfig.harmonized(target)
                .withRounds(settings.rounds(), settings.forwards())
                .withUpdates(settings.updates())
                .withCalibration(settings.calibration())
                .withSeed(settings.seed()));
    Recipe paper =
        new PublishedRecipe(
            SHORT
                .withTrajectories(settings.trajectories())
                .withSeed(settings.seed())
                .steeredTo(target));
    return new Routers(
        train(manager, setup, search, saving, listener.training(HARMONIZED)),
        train(manager, setup, paper, saving, listener.training(PUBLISHED)));
  }

  private static Trained train(
      NDManager manager,
      SamplingSetup setup,
      Recipe recipe,
      CheckpointPlan saving,
      Recipe.Listener listener)
      throws IOException {
    long began = System.nanoTime();
    TrainingHistory history = new TrainingHistory(listener);
    Router router = recipe.train(new Recipe.Site(manager, setup), saving, history);
    return new Trained(router, history, (System.nanoTime() - began) / 1e9);
  }

  /** The routers, TaylorSeer at the nearest reuse, and as many plain steps as cost the same. */
  private static List<Candidate> candidates(
      SamplingSetup setup, Trained harmonized, Trained published) {
    CachePlan plan = setup.plan(harmonized.router());
    List<Candidate> candidates = new ArrayList<>();
    candidates.add(candidate(HARMONIZED, setup, harmonized));
    candidates.add(candidate(PUBLISHED, setup, published));
    candidates.add(Candidate.of(nearestTaylorSeer(setup, plan), setup));
    candidates.add(Candidate.plainAsDearAs(plan, setup));
    return candidates;
  }

  private static Candidate candidate(String name, SamplingSetup setup, Trained trained) {
    return new Candidate(name, setup.plan(trained.router()))
        .withRouter(trained.router())
        .withTrainingSeconds(trained.seconds());
  }

  /** The interval whose reuse is nearest, with no step computed beyond it. */
  private static TaylorSeerPolicy nearestTaylorSeer(SamplingSetup setup, CachePlan plan) {
    TaylorSeerPolicy nearest = new TaylorSeerPolicy(2, TAYLOR_ORDER, 1);
    for (int interval = 3; interval < setup.steps(); interval++) {
      TaylorSeerPolicy other = new TaylorSeerPolicy(interval, TAYLOR_ORDER, 1);
      if (distance(setup, other, plan) < distance(setup, nearest, plan)) {
        nearest = other;
      }
    }
    return nearest;
  }

  private static double distance(SamplingSetup setup, TaylorSeerPolicy policy, CachePlan plan) {
    return Math.abs(setup.plan(policy).cacheUtilisation() - plan.cacheUtilisation());
  }
}
