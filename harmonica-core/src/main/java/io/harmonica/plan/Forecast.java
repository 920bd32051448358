package io.harmonica.plan;

import java.io.Serializable;
import java.util.Arrays;

/**
 * How a branch's output is made when it is not computed: a weighted sum w0 h0 + w1 h1 + ... of the
 * outputs at the last steps at which it was computed, newest first. Plain reuse is the weight 1.
 * Immutable.
 *
 * @serial exclude
 */
@SuppressWarnings("InvalidBlockTag") // a serialised form is no promise, wherever it is said
public final class Forecast implements Serializable {
  private static final long serialVersionUID = 1;

  /** The most outputs that a forecast can take: what TaylorSeer's fourth order needs. */
  public static final int MOST_TERMS = 5;

  /** Repeats the newest output. */
  public static final Forecast REUSE = new Forecast(new float[][] {{1}});

  private final float[][] weights;

  private Forecast(float[][] weights) {
    this.weights = weights;
  }

  /**
   * Weighs the same in every sample.
   *
   * @param weights w0, w1, ..., newest output first
   * @return the forecast; zeros at the end are left out
   * @throws IllegalArgumentException if there is no weight, there are more than {@link
   *     #MOST_TERMS}, or one is not finite
   */
  public static Forecast of(float... weights) {
    return of(new float[][] {weights});
  }

  /**
   * Weighs the two halves of a guided batch differently.
   *
   * @param conditional weights of the first half
   * @param unconditional weights of the second half, as many
   * @return the forecast; zeros at the end are left out, and equal halves become one
   * @throws IllegalArgumentException if there are not as many of both, none, too many, or one is
   *     not finite
   */
  public static Forecast ofHalves(float[] conditional, float[] unconditional) {
    return of(new float[][] {conditional, unconditional});
  }

  private static Forecast of(float[][] weights) {
    int terms = 0;
    for (float[] half : weights) {
      if (half.length != weights[0].length || half.length < 1 || half.length > MOST_TERMS) {
        throw new IllegalArgumentException(
            "a forecast has %d weights, expected 1 to %d, in both halves of a guided batch alike"
                .formatted(half.length, MOST_TERMS));
      }
      for (int i = 0; i < half.length; i++) {
        if (!Float.isFinite(half[i])) {
          throw new IllegalArgumentException(
              "weight %d of a forecast is %s, expected a finite number".formatted(i, half[i]));
        }
        terms = half[i] == 0 ? terms : Math.max(terms, i + 1);
      }
    }
    boolean same = weights.length == 2 && Arrays.equals(weights[0], weights[1]);
    float[][] kept = new float[same ? 1 : weights.length][];
    for (int half = 0; half < kept.length; half++) {
      kept[half] = Arrays.copyOf(weights[half], Math.max(1, terms));
    }
    Forecast made = new Forecast(kept);
    return made.repeats() ? REUSE : made;
  }

  /** {@return how many outputs it takes, at least 1} */
  public int terms() {
    return weights[0].length;
  }

  /** {@return 1, or 2 if the halves of a guided batch are weighed differently} */
  public int halves() {
    return weights.length;
  }

  /**
   * Returns a weight.
   *
   * @param half 0, or 1 for the unconditional half
   * @param term 0 for the newest output
   * @return the weight; of the only half if both are weighed alike
   */
  public float weight(int half, int term) {
    return weights[Math.min(half, weights.length - 1)][term];
  }

  /** {@return whether it repeats the newest output as it is} */
  public boolean repeats() {
    return weights.length == 1 && weights[0].length == 1 && weights[0][0] == 1;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Forecast forecast && Arrays.deepEquals(forecast.weights, weights);
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(weights);
  }

  /** Lists the weights. */
  @Override
  public String toString() {
    return Arrays.deepToString(weights);
  }

  /** Refuses an order that takes fewer or more outputs than a forecast can. */
  static void requireOrder(String rule, int order) {
    if (order < 0 || order >= MOST_TERMS) {
      throw new IllegalArgumentException(
          "%s order is %d, expected 0 to %d".formatted(rule, order, MOST_TERMS - 1));
    }
  }
}
