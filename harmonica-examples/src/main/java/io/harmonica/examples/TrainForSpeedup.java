package io.harmonica.examples;

import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanTarget;
import io.harmonica.router.Router;
import io.harmonica.search.PlanSearch;
import io.harmonica.search.PlanSearchConfig;
import io.harmonica.search.PlanSearchListener;
import java.io.IOException;
import java.nio.file.Path;

/** Trains a router for a speed-up, without images: {@code MODEL STEPS SPEEDUP ROUTER}. */
public final class TrainForSpeedup {
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
      PlanSearch search = new PlanSearch(setup, PlanSearchConfig.harmonized(target));
      Router router = search.train(pipeline.manager(), PlanSearchListener.NONE);
      router.write(Path.of(args[3]));
      CachePlan plan = setup.plan(router);
      System.out.printf(
          "%.2fx as fast in theory, %.1f%% of all branches not computed%n",
          setup.cost().speedup(plan), 100 * plan.cacheUtilisation());
    }
  }
}
