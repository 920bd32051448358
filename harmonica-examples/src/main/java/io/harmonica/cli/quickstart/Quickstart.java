package io.harmonica.cli.quickstart;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.compare.Entrant;
import io.harmonica.cli.fashion.BundledClassifier;
import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.cli.sampling.RunnableDit;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.eval.Candidate;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import io.harmonica.router.Router;
import io.harmonica.router.RouterDescription;
import io.harmonica.search.PlanRefinement;
import io.harmonica.search.TargetRecipe;
import io.harmonica.search.TargetTrainer;
import io.harmonica.search.TargetTrainingListener;
import io.harmonica.train.RouterTrainerConfig;
import java.io.IOException;
import java.util.Optional;
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

  /**
   * What a run may vary.
   *
   * @param refinement how long the router is refined
   * @param perClass images of each class in the comparison
   * @param seed the seed of training and noise
   */
  public record Settings(PlanRefinement.Settings refinement, int perClass, long seed) {
    /** What the command runs when nothing else is asked for. */
    public static final Settings STANDARD =
        new Settings(new PlanRefinement.Settings(1, 6000), 50, 0);

    /**
     * Checks the settings.
     *
     * @param refinement see the record
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
    TargetTrainingListener training();

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
   */
  public Quickstart(Settings settings) {
    this.settings = settings;
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
  private TargetRecipe recipe(RunnableDit dit) {
    RouterTrainerConfig usual = RouterTrainerConfig.harmonized();
    RouterTrainerConfig training =
        new RouterTrainerConfig(
            usual.trajectories(),
            usual.batch(),
            usual.learningRate(),
            usual.beta(),
            usual.threshold(),
            usual.refreshSteps(),
            usual.proxy(),
            usual.lambda(),
            usual.student(),
            Optional.empty(),
            settings.seed());
    PlanTarget target = PlanTarget.speedup(dit.denoiser().cost(), STEPS, SPEEDUP);
    return new TargetRecipe(training, target, true, false, settings.refinement(), CALIBRATION);
  }

  Outcome run(NDManager manager, Listener listener) throws IOException {
    long began = System.nanoTime();
    try (RunnableDit dit = RunnableDit.bundled(manager);
        BundledClassifier yardstick = BundledClassifier.open(manager)) {
      SamplingSetup setup =
          dit.setup(
              (steps, seed) -> dit.sampler("ddim", steps, seed), STEPS, dit.guidance(GUIDANCE));
      TargetRecipe recipe = recipe(dit);
      TrainingHistory history = new TrainingHistory(listener.training());
      Router scores = new TargetTrainer(setup, recipe).train(manager, history);
      CachePlan plan = setup.plan(scores);
      double trained = (System.nanoTime() - began) / 1e9;
      Comparison result =
          Comparison.run(
              manager,
              dit,
              setup,
              yardstick,
              Entrant.router(new Candidate("router", plan), scores).trainedIn(trained),
              settings,
              listener.sampling(settings.perClass() * FashionMnist.CLASSES.size()));
      RouterDescription description =
          new RouterDescription(dit.model().layout(), dit.model().cost());
      return new Outcome(
          scores, plan, description, history, result, trained, (System.nanoTime() - began) / 1e9);
    }
  }
}
