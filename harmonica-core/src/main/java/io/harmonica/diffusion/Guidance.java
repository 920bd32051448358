package io.harmonica.diffusion;

/**
 * Classifier-free guidance (Ho and Salimans, 2022): eps = unconditional + s (conditional -
 * unconditional).
 *
 * @param scale s; 1 means no guidance, and the unconditional half is not run at all
 * @param channels how many leading channels of the output are guided. The public DiT code guides
 *     the first three of four latent channels, which DiT checkpoints therefore use by default
 */
public record Guidance(double scale, int channels) {
  /** No guidance. */
  public static final Guidance NONE = new Guidance(1, 0);

  /**
   * Checks the settings.
   *
   * @param scale see the record
   * @param channels see the record
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

  /** {@return whether the unconditional half is needed, because the scale is above 1} */
  public boolean active() {
    return scale > 1;
  }
}
