package io.harmonica.cli.training;

/**
 * Settings of training a small image model itself.
 *
 * @param epochs how often every training image is seen
 * @param batch images in a step
 * @param learningRate the highest rate, reached after the warm-up; it falls to zero along a cosine
 * @param warmupSteps steps over which the rate rises
 * @param averaging how much of the weights' moving average is kept at each step
 * @param signalCap gamma of the min-SNR weighting (Hang et al., 2023), which keeps the loss from
 *     spending itself on noise too faint to see
 * @param checkpointSteps how often the whole state is saved
 * @param seed the seed of everything
 */
public record TrainingSettings(
    int epochs,
    int batch,
    double learningRate,
    int warmupSteps,
    double averaging,
    double signalCap,
    int checkpointSteps,
    long seed) {

  /**
   * Checks the settings.
   *
   * @param epochs see the record
   * @param batch see the record
   * @param learningRate see the record
   * @param warmupSteps see the record
   * @param averaging see the record
   * @param signalCap see the record
   * @param checkpointSteps see the record
   * @param seed see the record
   * @throws IllegalArgumentException if one is out of range
   */
  public TrainingSettings {
    if (epochs < 1 || batch < 1 || checkpointSteps < 1 || warmupSteps < 0) {
      throw new IllegalArgumentException(
          "epochs %d, batch %d, checkpoint steps %d, warm-up %d: expected at least 1, 1, 1, 0"
              .formatted(epochs, batch, checkpointSteps, warmupSteps));
    }
    if (!(learningRate > 0) || !(averaging >= 0 && averaging < 1) || !(signalCap > 0)) {
      throw new IllegalArgumentException(
          "learning rate %s, averaging %s, signal cap %s: expected above 0, 0 to 1, above 0"
              .formatted(learningRate, averaging, signalCap));
    }
  }

  /**
   * Returns the settings that the bundled models were trained with: 300 steps of warm-up, averaging
   * 0.999, a signal cap of 5, saved every 500 steps.
   *
   * @param epochs see the record
   * @param batch see the record
   * @param learningRate see the record
   * @param seed see the record
   * @return the settings
   * @throws IllegalArgumentException if one is out of range
   */
  public static TrainingSettings bundled(int epochs, int batch, double learningRate, long seed) {
    return new TrainingSettings(epochs, batch, learningRate, 300, 0.999, 5, 500, seed);
  }

  /**
   * Returns these settings, saved at other times.
   *
   * @param steps how often the whole state is saved
   * @return the settings
   * @throws IllegalArgumentException if it is less than 1
   */
  public TrainingSettings savedEvery(int steps) {
    return new TrainingSettings(
        epochs, batch, learningRate, warmupSteps, averaging, signalCap, steps, seed);
  }

  /**
   * Returns the learning rate of a step.
   *
   * @param step the step, from 0
   * @param total all steps of the training
   * @return the rate
   */
  public double rate(long step, long total) {
    double warm = warmupSteps == 0 ? 1 : Math.min(1, (step + 1.0) / warmupSteps);
    return learningRate * warm * 0.5 * (1 + Math.cos(Math.PI * step / total));
  }
}
