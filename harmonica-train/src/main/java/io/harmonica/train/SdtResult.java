package io.harmonica.train;

import java.io.Serializable;
import java.util.List;

/**
 * What one trajectory of step-wise denoising training found, before the router's update.
 *
 * @param error by step: mean((teacher - student)^2), [T], the first is 0
 * @param loss by step, [T], the first is 0
 * @param gradient by step: d loss / d logit, [T][branches], the first row is 0
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier, read at once
record SdtResult(float[] error, float[] loss, float[][] gradient) implements Serializable {
  /** Nearer to 1 than this, what is missing is rounding. */
  private static final double LEAST_MISSING = 0.05;

  /** The means over the parts of a batch, in their order. */
  static SdtResult mean(List<SdtResult> parts) {
    float[][] gradient = new float[parts.get(0).gradient().length][];
    for (int i = 0; i < gradient.length; i++) {
      int step = i;
      gradient[step] = Means.of(parts, part -> part.gradient()[step]);
    }
    return new SdtResult(
        Means.of(parts, SdtResult::error), Means.of(parts, SdtResult::loss), gradient);
  }

  /**
   * What computing each branch is worth where its score is at the threshold: by how much it would
   * lower the loss but for its price. The student errs there by what is missing, 1 - r, so that the
   * slope of lambda error by r is in proportion to that: worth = -slope (1 - tau) / (1 - r).
   *
   * @param router as it was in the trajectory
   * @param prices of the branches
   * @param tau the threshold
   * @return [T][branches], the first row is 0
   */
  float[][] worth(TrainableRouter router, float[] prices, double tau) {
    float[][] worth = new float[gradient.length][router.branches()];
    for (int step = 1; step < worth.length; step++) {
      float[] logits = router.logits(step);
      for (int branch = 0; branch < logits.length; branch++) {
        double r = 1 / (1 + Math.exp(-logits[branch]));
        double slope = gradient[step][branch] / (r * (1 - r)) - prices[branch];
        worth[step][branch] = (float) (-slope * (1 - tau) / Math.max(LEAST_MISSING, 1 - r));
      }
    }
    return worth;
  }
}
