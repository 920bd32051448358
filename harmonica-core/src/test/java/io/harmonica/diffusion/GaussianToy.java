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
  double variance(double a) {
    return a * deviation * deviation + 1 - a;
  }

  /** The expectation of the noise in x: sqrt(1 - a) (x - sqrt(a) m) / (a s^2 + 1 - a). */
  NDArray noise(NDArray x, double a) {
    return x.sub(Math.sqrt(a) * mean).mul(Math.sqrt(1 - a) / variance(a));
  }

  /** Where the ODE takes x: as many standard deviations from the mean there as here. */
  NDArray solution(NDArray x, double from, double to) {
    return x.sub(Math.sqrt(from) * mean)
        .mul(Math.sqrt(variance(to) / variance(from)))
        .add(Math.sqrt(to) * mean);
  }

  /**
   * The noise, and beside it the v in [-1, 1] that makes the variance of an ancestral step that of
   * the true reverse process.
   */
  NDArray noiseAndVariance(NDArray x, double from, double to) {
    double beta = 1 - from / to;
    double smallest = beta * (1 - to) / (1 - from);
    double weight = Math.sqrt(to) * beta / (1 - from);
    double unsure = deviation * deviation * (1 - from) / variance(from);
    double exact = smallest + weight * weight * unsure;
    double share = to == 1 ? 0 : Math.log(exact / smallest) / Math.log(beta / smallest);
    NDArray noise = noise(x, from);
    return noise.concat(noise.zerosLike().add(2 * share - 1), 1);
  }

  /** Runs a sampler on the toy's best predictions up to a step. */
  void run(Sampler sampler, Trajectory trajectory, int until) {
    StepSchedule schedule = sampler.schedule();
    while (trajectory.step() < until) {
      double a = schedule.alphaBar(trajectory.step());
      try (var scratch = trajectory.x().getManager().newSubManager()) {
        trajectory.advance(noise(Outputs.copy(trajectory.x(), scratch), a));
      }
    }
  }
}
