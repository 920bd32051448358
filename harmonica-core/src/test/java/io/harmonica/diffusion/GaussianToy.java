package io.harmonica.diffusion;

import ai.djl.ndarray.NDArray;

/**
 * Data of independent normal values, for which everything is known in closed form: the best
 * possible prediction of the noise, the solution of the diffusion ODE, and the variance of the true
 * reverse process. a is alpha-bar everywhere.
 *
 * @param mean m of every value
 * @param deviation s of every value
 */
record GaussianToy(double mean, double deviation) {

  /** Variance of x where the data are mixed with noise. */
  double variance(NoiseLevel level) {
    return level.signal() * deviation * deviation + level.noise();
  }

  private static NoiseLevel level(double a) {
    return new NoiseLevel(0, 0, a, 1 - a);
  }

  /** The expectation of the noise in x: sigma (x - alpha m) / (alpha^2 s^2 + sigma^2). */
  NDArray noise(NDArray x, NoiseLevel level) {
    return x.sub(level.alpha() * mean).mul(level.sigma() / variance(level));
  }

  NDArray noise(NDArray x, double a) {
    return noise(x, level(a));
  }

  /** The expectation of x_0 less that of the noise. */
  NDArray velocity(NDArray x, NoiseLevel level) {
    double share = level.alpha() * deviation * deviation - level.sigma();
    return x.sub(level.alpha() * mean).mul(share / variance(level)).add(mean);
  }

  /** What a model of this kind gives. */
  NDArray output(NDArray x, NoiseLevel level, Prediction prediction) {
    return prediction == Prediction.NOISE ? noise(x, level) : velocity(x, level);
  }

  /** Where the ODE takes x: as many standard deviations from the mean there as here. */
  NDArray solution(NDArray x, NoiseLevel from, NoiseLevel to) {
    return x.sub(from.alpha() * mean)
        .mul(Math.sqrt(variance(to) / variance(from)))
        .add(to.alpha() * mean);
  }

  /**
   * The noise, and beside it the v in [-1, 1] that makes the variance of an ancestral step that of
   * the true reverse process.
   */
  NDArray noiseAndVariance(NDArray x, double from, double to) {
    double beta = 1 - from / to;
    double smallest = beta * (1 - to) / (1 - from);
    double weight = Math.sqrt(to) * beta / (1 - from);
    double unsure = deviation * deviation * (1 - from) / variance(level(from));
    double exact = smallest + weight * weight * unsure;
    double share = to == 1 ? 0 : Math.log(exact / smallest) / Math.log(beta / smallest);
    NDArray noise = noise(x, from);
    return noise.concat(noise.zerosLike().add(2 * share - 1), 1);
  }

  /** Runs a sampler on the toy's best predictions of the noise up to a step. */
  void run(Sampler sampler, Trajectory trajectory, int until) {
    run(sampler, trajectory, until, Prediction.NOISE);
  }

  /** Runs a sampler on the toy's best predictions up to a step. */
  void run(Sampler sampler, Trajectory trajectory, int until, Prediction prediction) {
    StepSchedule schedule = sampler.schedule();
    while (trajectory.step() < until) {
      NoiseLevel level = schedule.level(trajectory.step());
      try (var scratch = trajectory.x().getManager().newSubManager()) {
        trajectory.advance(output(Outputs.copy(trajectory.x(), scratch), level, prediction));
      }
    }
  }
}
