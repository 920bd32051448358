package io.harmonica.eval;

/**
 * A closed interval, such as the range in which a measured mean lies with a stated confidence.
 *
 * @param low the lower end, in the unit of the quantity
 * @param high the upper end, not below {@code low}
 */
public record Interval(double low, double high) {

  /**
   * Checks the order of the two ends.
   *
   * @param low the lower end
   * @param high the upper end
   * @throws IllegalArgumentException if an end is not a number or {@code low > high}
   */
  public Interval {
    if (!(low <= high)) {
      throw new IllegalArgumentException("not an interval: [" + low + ", " + high + "]");
    }
  }

  /**
   * Whether a value lies in the interval, its ends included.
   *
   * @param value the value to look for
   * @return true if {@code low <= value <= high}
   */
  public boolean contains(double value) {
    return low <= value && value <= high;
  }

  /** {@return the distance between the two ends: {@code high - low}} */
  public double width() {
    return high - low;
  }
}
