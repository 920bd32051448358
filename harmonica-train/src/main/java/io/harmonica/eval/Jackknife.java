package io.harmonica.eval;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * Confidence intervals by leaving out one tenth of the images at a time: the delete-a-group
 * jackknife of Tukey (1958). It asks for ten values of a statistic where a {@link Bootstrap} asks
 * for hundreds, so it is for statistics that take long. Images are grouped as they follow each
 * other, so their order must be no matter of chance's.
 */
final class Jackknife {
  private static final int GROUPS = 10;

  /** Student's t for 97.5%, with 1 to 9 degrees of freedom. */
  private static final double[] STUDENT = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262
  };

  private Jackknife() {}

  /** The number of groups of so many images, 2 to 10. */
  static int groups(int count) {
    return Math.max(2, Math.min(GROUPS, count));
  }

  /** The first image of a group; that of the group behind the last is the number of images. */
  static int start(int group, int count) {
    return (int) ((long) group * count / groups(count));
  }

  /** The group of an image. */
  static int group(int image, int count) {
    int group = (int) ((long) image * groups(count) / count);
    return image < start(group + 1, count) ? group : group + 1;
  }

  /**
   * An interval of 95%.
   *
   * @param value the statistic of all images
   * @param count how many images there are
   * @param without gives the statistic without the images of a group
   * @return the statistic with its interval
   */
  static Estimate of(double value, int count, IntToDoubleFunction without) {
    int groups = groups(count);
    double[] left = new double[groups];
    Arrays.setAll(left, without);
    double mean = Arrays.stream(left).average().orElseThrow();
    double squares = Arrays.stream(left).map(x -> (x - mean) * (x - mean)).sum();
    double half = STUDENT[groups - 2] * Math.sqrt((groups - 1.0) / groups * squares);
    return new Estimate(value, new Interval(value - half, value + half));
  }
}
