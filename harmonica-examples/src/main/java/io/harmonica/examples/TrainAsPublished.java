package io.harmonica.examples;

import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.router.Router;
import io.harmonica.train.ImageErrorProxy;
import io.harmonica.train.LambdaRule;
import io.harmonica.train.ProxyMeasurement;
import io.harmonica.train.RouterTrainer;
import io.harmonica.train.RouterTrainerConfig;
import io.harmonica.train.StudentRule;
import io.harmonica.train.TrainableRouter;
import io.harmonica.train.TrainingListener;
import io.harmonica.train.TrainingProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

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
        new RouterTrainerConfig(
            Integer.parseInt(args[2]),
            4, // samples in a trajectory; published: 32
            0.01, // AdamW's rate
            7e-8, // beta, the price of computing a branch
            0.1, // tau: a branch is computed where its score is above
            500, // optimiser steps between measurements of lambda
            ImageErrorProxy.LEAVE_ONE_OUT,
            LambdaRule.IMAGE_ERROR,
            StudentRule.BLEND,
            Optional.empty(), // steered towards no target
            0);
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
