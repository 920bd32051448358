package io.harmonica.plan;

/** What a cacheable residual branch of a transformer block computes. */
public enum BranchKind {
  /** Attention of the image tokens among themselves. */
  SELF_ATTENTION("attn"),
  /** Attention of the image tokens to the prompt's tokens (PixArt). */
  CROSS_ATTENTION("cross"),
  /** The block's two-layer perceptron. */
  FEED_FORWARD("mlp");

  private final String label;

  BranchKind(String label) {
    this.label = label;
  }

  /**
   * Returns a short label for tables and axes.
   *
   * @return for example {@code attn}
   */
  public String label() {
    return label;
  }
}
