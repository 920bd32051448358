package io.harmonica.train;

import io.harmonica.plan.TaylorForecast;
import java.util.Optional;

/** {@link RouterTrainerConfig} in the making: what {@code with...} changes one value of. */
final class RouterTrainerDraft {
  int trajectories;
  int batch;
  int microBatches;
  double learningRate;
  double beta;
  double threshold;
  int refreshSteps;
  ImageErrorProxy proxy;
  LambdaRule lambda;
  StudentRule student;
  TaylorForecast forecast;
  Optional<Steering> steering;
  long seed;

  RouterTrainerDraft(RouterTrainerConfig from) {
    trajectories = from.trajectories();
    batch = from.batch();
    microBatches = from.microBatches();
    learningRate = from.learningRate();
    beta = from.beta();
    threshold = from.threshold();
    refreshSteps = from.refreshSteps();
    proxy = from.proxy();
    lambda = from.lambda();
    student = from.student();
    forecast = from.forecast();
    steering = from.steering();
    seed = from.seed();
  }

  RouterTrainerConfig settings() {
    return new RouterTrainerConfig(
        trajectories,
        batch,
        microBatches,
        learningRate,
        beta,
        threshold,
        refreshSteps,
        proxy,
        lambda,
        student,
        forecast,
        steering,
        seed);
  }
}
