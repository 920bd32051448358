package io.harmonica.cli.quickstart;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.fashion.BundledClassifier;
import io.harmonica.cli.fashion.BundledDit;
import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.cli.recipe.Recipe;
import io.harmonica.cli.recipe.SearchRecipe;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.eval.Candidate;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import io.harmonica.router.Router;
import io.harmonica.router.RouterDescription;
import io.harmonica.search.PlanSearchConfig;
import io.harmonica.train.RouterTrainer.CheckpointPlan;
import java.io.IOException;
import java.util.function.IntConsumer;

/**
 * The project's main job in small: on the bundled DiT, trains a cache router, samples with and
 * without it from the same noise, and measures what it bought.
 */
public final class Quickstart {
  /** Steps of a trajectory. */
  public static final int STEPS = 20;

  /** The speed-up that the router is trained for. */
  public static final double SPEEDUP = 1.7;

  /** Samples on which plans are measured. */
  private static final int CALIBRATION = 12;

  /** Guidance scale, in training and sampling. */
  public static final double GUIDANCE = 2;

  private final Settings settings;
  private final String libraryVersion;

  /**
   * What a run may vary.
   *
   * @param rounds rounds of the search that makes the router
   * @param perClass images of each class in the comparison
   * @param seed the seed of training and noise
   */
  public record Settings(int rounds, int perClass, long seed) {
    /** What the command runs when nothing else is asked for. */
    public static final Settings STANDARD = new Settings(1, 50, 0);

    /**
     * Checks the settings.
     *
     * @param rounds see the record
     * @param perClass see the record
     * @param seed see the record
     * @throws IllegalArgumentException if one is less than it must be
     */
    public Settings {
      if (perClass < 2) {
        throw new IllegalArgumentException(
            "images per class is " + perClass + ", expected at least 2");
      }
    }
  }

  /** Watches a run. */
  public interface Listener {
    /**
     * Returns what watches the router's training.
     *
     * @return the listener
     */
    Recipe.Listener training();

    /**
     * Returns what is told how many images have been sampled.
     *
     * @param images how many there will be
     * @return the listener
     */
    IntConsumer sampling(int images);
  }

  /**
   * Prepares a run.
   *
   * @param settings what it varies
   * @param libraryVersion goes into the artifacts
   */
  public Quickstart(Settings settings, String libraryVersion) {
    this.settings = settings;
    this.libraryVersion = libraryVersion;
  }

  /** What a run found. */
  record Outcome(
      Router router,
      CachePlan plan,
      RouterDescription description,
      TrainingHistory history,
      Comparison comparison,
      double trainingSeconds,
      double seconds) {}

  /** The recipe: see docs/results.md for what led to it. */
  private Recipe recipe(SamplingSetup setup) {
    PlanTarget target = PlanTarget.speedup(setup.cost(), STEPS, SPEEDUP);
    return new SearchRecipe(
        PlanSearchConfig.harmonized(target)
            .withRounds(settings.rounds(), 6000)
            .withCalibration(CALIBRATION)
            .withSeed(settings.seed()));
  }

  Outcome run(NDManager manager, CheckpointPlan saving, Listener listener) throws IOException {
    long began = System.nanoTime();
    try (DiffusionPipeline pipeline = BundledDit.pipeline(manager.getDevice());
        BundledClassifier classifier = BundledClassifier.open(manager)) {
      SamplingSetup setup = pipeline.setup(STEPS, "ddim").withGuidance(GUIDANCE);
      TrainingHistory history = new TrainingHistory(listener.training());
      Router scores = recipe(setup).train(manager, setup, saving, history);
      CachePlan plan = setup.plan(scores);
      double trained = (System.nanoTime() - began) / 1e9;
      Comparison result =
          Comparison.run(
              manager,
              pipeline,
              setup,
              classifier,
              new Candidate("router", plan).withRouter(scores).withTrainingSeconds(trained),
              settings,
              listener.sampling(settings.perClass() * FashionMnist.CLASSES.size()));
      RouterDescription description = new RouterDescription(setup.layout(), setup.cost());
      return new Outcome(
          scores, plan, description, history, result, trained, (System.nanoTime() - began) / 1e9);
    }
  }
}
