package io.harmonica.examples;

import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import io.harmonica.router.Router;
import io.harmonica.search.PlanRefinement;
import io.harmonica.search.TargetRecipe;
import io.harmonica.search.TargetTrainer;
import io.harmonica.train.RouterTrainerConfig;
import io.harmonica.train.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;

/** Trains a router for a speed-up, without images: {@code MODEL STEPS SPEEDUP ROUTER}. */
public final class TrainForSpeedup {
  /** Samples on which plans are measured. */
  private static final int CALIBRATION = 8;

  private TrainForSpeedup() {}

  /**
   * Runs the program.
   *
   * @param args a model's folder or file, the number of steps T, the theoretical speed-up, and the
   *     file that the router goes to
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    try (DiffusionPipeline pipeline = DiffusionPipeline.open(Path.of(args[0]))) {
      SamplingSetup setup = pipeline.setup(Integer.parseInt(args[1]));
      PlanTarget target =
          PlanTarget.speedup(setup.cost(), setup.steps(), Double.parseDouble(args[2]));
      TargetRecipe recipe =
          new TargetRecipe(
              RouterTrainerConfig.harmonized(),
              target,
              true, // start from the steps that change the image least
              false, // without step-wise training, which brings nothing from there
              new PlanRefinement.Settings(1, 6000),
              CALIBRATION);
      Router router =
          new TargetTrainer(setup, recipe).train(pipeline.manager(), TrainingListener.NONE);
      router.write(Path.of(args[3]));
      CachePlan plan = setup.plan(router);
      System.out.printf(
          "%.2fx as fast in theory, %.1f%% of all branches reused%n",
          setup.cost().speedup(plan), 100 * plan.cacheUtilisation());
    }
  }
}
