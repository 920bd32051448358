package io.harmonica.diffusion;

/**
 * A point of the way from noise to image, where x = sqrt(signal) x_0 + sqrt(noise) eps. Models
 * whose x keeps its variance have noise = 1 - signal, and there signal is alpha-bar.
 *
 * @param timestep the model's time, which it is called with
 * @param ahead the share of the model's times that is still to go, from almost 1 at pure noise to 0
 * @param signal variance that the image contributes, alpha squared
 * @param noise variance that the noise contributes, sigma squared
 */
public record NoiseLevel(double timestep, double ahead, double signal, double noise) {

  /** {@return alpha, the image's factor in x} */
  public double alpha() {
    return Math.sqrt(signal);
  }

  /** {@return sigma, the noise's factor in x} */
  public double sigma() {
    return Math.sqrt(noise);
  }

  /**
   * Returns half the logarithm of the signal-to-noise ratio, as the papers on solvers define it.
   *
   * @return lambda = log(alpha / sigma), rising; infinite at pure noise and at the image itself
   */
  public double lambda() {
    return (Math.log(signal) - Math.log(noise)) / 2;
  }
}
