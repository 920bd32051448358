package io.harmonica.eval;

/**
 * How often a classifier sees in a generated image the class that was asked for.
 *
 * @param share matching labels / all labels, 0 to 1
 * @param count how many labels were compared
 * @param interval where the share lies for endlessly many images, by {@link Bootstrap}
 */
public record Agreement(double share, int count, Interval interval) {

  /** The confidence of {@link #of(int[], int[], long)}'s interval. */
  public static final double DEFAULT_LEVEL = 0.95;

  /** The number of bootstrap means behind {@link #of(int[], int[], long)}'s interval. */
  public static final int DEFAULT_RESAMPLES = 2000;

  /**
   * Compares two lists of labels and gives the share of matches with its 95% interval.
   *
   * @param predicted the label the classifier gave to each image, [n]
   * @param asked the label each image was made for, [n]
   * @param seed the bootstrap's seed
   * @return the agreement
   * @throws IllegalArgumentException if the lists are empty or differ in length
   */
  public static Agreement of(int[] predicted, int[] asked, long seed) {
    return of(predicted, asked, DEFAULT_RESAMPLES, DEFAULT_LEVEL, seed);
  }

  /**
   * Compares two lists of labels and gives the share of matches with an interval of any confidence.
   *
   * @param predicted the label the classifier gave to each image, [n]
   * @param asked the label each image was made for, [n]
   * @param resamples how many bootstrap means to draw
   * @param level the confidence of the interval, between 0 and 1
   * @param seed the bootstrap's seed
   * @return the agreement
   * @throws IllegalArgumentException if the lists are empty or differ in length, {@code resamples}
   *     is not positive, or {@code level} is not between 0 and 1
   */
  public static Agreement of(int[] predicted, int[] asked, int resamples, double level, long seed) {
    if (predicted.length != asked.length) {
      throw new IllegalArgumentException(
          predicted.length + " predicted labels for " + asked.length + " asked ones");
    }
    double[] matches = new double[asked.length];
    int matching = 0;
    for (int i = 0; i < asked.length; i++) {
      if (predicted[i] == asked[i]) {
        matches[i] = 1;
        matching++;
      }
    }
    Interval interval = Bootstrap.ofMean(matches, resamples, level, seed);
    return new Agreement((double) matching / asked.length, asked.length, interval);
  }
}
