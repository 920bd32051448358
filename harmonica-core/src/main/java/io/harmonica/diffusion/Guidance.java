package io.harmonica.diffusion;

import io.harmonica.plan.CachePlan;
import java.util.Map;

/**
 * Classifier-free guidance (Ho and Salimans, 2022): eps = unconditional + s (conditional -
 * unconditional). Models whose authors count the scale in another way have a {@link Convention} of
 * their own, in which people write and read it.
 *
 * @param scale s; 1 means no guidance, and the unconditional half is not run at all
 * @param channels how many leading channels of the output are guided. The public DiT code guides
 *     the first three of four latent channels, which DiT checkpoints therefore use by default
 * @param convention how the scale is written
 */
public record Guidance(double scale, int channels, Convention convention) {
  /** What records of runs call an unusual convention, see {@link #settings}. */
  public static final String CONVENTION = "guidance_convention";

  private static final double ROUNDING = 1e9;

  /** No guidance. */
  public static final Guidance NONE = new Guidance(1, 0);

  /** How people write the scale of a model. */
  public enum Convention {
    /** uncond + s (cond - uncond): DiT, SiT and PixArt; 1 is no guidance. */
    FROM_UNCONDITIONAL("uncond + s (cond - uncond)", 1),
    /** cond + s (cond - uncond): U-ViT; 0 is no guidance. */
    FROM_CONDITIONAL("cond + s (cond - uncond)", 0);

    private final String formula;
    private final double none;

    Convention(String formula, double none) {
      this.formula = formula;
      this.none = none;
    }

    /** {@return the formula, for people} */
    public String formula() {
      return formula;
    }

    /** {@return the scale that is no guidance} */
    public double none() {
      return none;
    }

    /**
     * Makes a guidance from a scale as people write it.
     *
     * @param written s in this convention
     * @param channels how many leading channels are guided
     * @return the guidance
     * @throws IllegalArgumentException if s is below {@link #none} or no finite number, or channels
     *     is negative
     */
    public Guidance of(double written, int channels) {
      if (!(written >= none) || Double.isInfinite(written)) {
        throw new IllegalArgumentException(
            "guidance scale is %s, expected a number of at least %s (%s for none, in the model's convention %s)"
                .formatted(written, text(none), text(none), formula));
      }
      return new Guidance(1 + (written - none), channels, this);
    }

    private static String text(double number) {
      return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }
  }

  /**
   * Checks the settings.
   *
   * @param scale see the record
   * @param channels see the record
   * @param convention see the record
   * @throws IllegalArgumentException if the scale is not a finite number of at least 1, or channels
   *     is negative
   */
  public Guidance {
    if (!(scale >= 1) || Double.isInfinite(scale)) {
      throw new IllegalArgumentException(
          "guidance scale is " + scale + ", expected a number of at least 1 (1 for none)");
    }
    if (channels < 0) {
      throw new IllegalArgumentException("guided channels is " + channels + ", expected 0 or more");
    }
  }

  /**
   * Makes a guidance with the scale as most models have it.
   *
   * @param scale see the record
   * @param channels see the record
   * @throws IllegalArgumentException if the scale is not a finite number of at least 1, or channels
   *     is negative
   */
  public Guidance(double scale, int channels) {
    this(scale, channels, Convention.FROM_UNCONDITIONAL);
  }

  /** {@return the scale as people write it for the model} */
  public double written() {
    // 1.4 - 1 is not the 0.4 that was written.
    double difference = scale - (1 - convention.none());
    return Math.rint(difference * ROUNDING) / ROUNDING;
  }

  /** {@return the scale for people, with the formula where it is not the usual one} */
  public String text() {
    String number = Float.toString((float) written());
    return convention == Convention.FROM_UNCONDITIONAL
        ? number
        : number + " in " + convention.formula();
  }

  /** {@return what a record of a run has to say beside the scale: an unusual convention} */
  public Map<String, String> settings() {
    return convention == Convention.FROM_UNCONDITIONAL
        ? Map.of()
        : Map.of(CONVENTION, convention.formula());
  }

  /** Tells what samples depend on, which the convention is not part of. */
  @Override
  public String toString() {
    return "Guidance[scale=" + scale + ", channels=" + channels + "]";
  }

  /**
   * Tells whether the unconditional half is needed.
   *
   * @return true if the scale is above 1
   */
  public boolean active() {
    return scale > 1;
  }

  /**
   * Refuses a plan that this guidance cannot follow. Without guidance a batch has no halves: an
   * even one would be cut in two, and half of its samples weighed wrongly.
   *
   * @param plan the plan
   * @throws IllegalArgumentException if its forecasts weigh the halves of a guided batch
   *     differently, and this is no guidance
   */
  public void require(CachePlan plan) {
    if (plan.halves() == 2 && !active()) {
      throw new IllegalArgumentException(
          "the plan's forecasts have weights for the two halves of a guided batch, but the run has"
              + " no guidance; give the guidance scale they were made with, or a policy without"
              + " such weights");
    }
  }
}
