package io.harmonica.examples;

import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.router.Router;
import io.harmonica.train.ProxyMeasurement;
import io.harmonica.train.RouterTrainer;
import io.harmonica.train.RouterTrainerConfig;
import io.harmonica.train.TrainableRouter;
import io.harmonica.train.TrainingListener;
import io.harmonica.train.TrainingProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Trains a router as published, with step-wise denoising training and the image error proxy, and
 * shows lambda and loss: {@code MODEL STEPS TRAJECTORIES ROUTER}.
 */
public final class TrainAsPublished {
  private TrainAsPublished() {}

  /**
   * Runs the program.
   *
   * @param args a model's folder or file, the number of steps T, how many trajectories to train
   *     (published: 2223), and the file that the router goes to
   * @throws IOException if a file cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    RouterTrainerConfig config =
        RouterTrainerConfig.paper() // rate 0.01, beta 7e-8, tau 0.1, C = 500
            .withTrajectories(Integer.parseInt(args[2]))
            .withBatch(4); // published: 32
    try (DiffusionPipeline pipeline = DiffusionPipeline.open(Path.of(args[0]))) {
      SamplingSetup setup = pipeline.setup(Integer.parseInt(args[1]));
      Router router = new RouterTrainer(setup, config).train(pipeline.manager(), new Printing());
      router.write(Path.of(args[3]));
    }
  }

  /** Shows what the training sees. */
  private static final class Printing implements TrainingListener {
    @Override
    public void afterRefresh(int trajectory, ProxyMeasurement measurement, float[] lambda) {
      System.out.println("lambda by step: " + Arrays.toString(lambda));
    }

    @Override
    public void afterTrajectory(TrainingProgress progress, TrainableRouter router) {
      System.out.printf(
          "trajectory %d: loss %.4g, %.1f%% reused%n",
          progress.trajectory(), progress.loss(), 100 * progress.cacheUtilisation());
    }
  }
}
