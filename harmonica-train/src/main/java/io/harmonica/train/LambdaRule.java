package io.harmonica.train;

import java.util.Arrays;

/** How the image error proxy turns into the weight lambda(t) of each step's loss. */
public enum LambdaRule {
  /** lambda = 1: step-wise denoising training without the proxy. */
  UNIFORM {
    @Override
    boolean measures() {
      return false;
    }

    @Override
    float[] weights(ProxyMeasurement measurement, float[] before) {
      float[] weights = new float[measurement.imageError().length];
      Arrays.fill(weights, 1);
      return weights;
    }
  },
  /** lambda(t) = the image error that caching at step t causes, as published. */
  IMAGE_ERROR {
    @Override
    float[] weights(ProxyMeasurement measurement, float[] before) {
      return measurement.imageError().clone();
    }
  },
  /**
   * lambda(t) = that image error over the step's own error when it was measured, so that lambda(t)
   * times the loss estimates the image error itself, and beta is an image error per branch.
   *
   * <p>The factor is the model's more than the router's, so measurements are averaged over time,
   * and a step that cached nothing when it was measured takes what its neighbours have: with none,
   * nothing would tell the router what caching there costs.
   */
  CALIBRATED {
    @Override
    float[] weights(ProxyMeasurement measurement, float[] before) {
      float[] weights = before.clone();
      for (int step = 1; step < weights.length; step++) {
        float own = measurement.stepError()[step];
        float image = measurement.imageError()[step];
        if (own > 0 && image > 0) {
          double now = Math.log(image / own);
          double then = before[step] > 0 ? Math.log(before[step]) : now;
          weights[step] = (float) Math.exp(NEWEST * now + (1 - NEWEST) * then);
        }
      }
      fillGaps(weights);
      return weights;
    }
  };

  private static final double NEWEST = 0.4;

  /** Gives steps without a weight the geometric mean of the nearest ones that have one. */
  private static void fillGaps(float[] weights) {
    float[] known = weights.clone();
    for (int step = 1; step < weights.length; step++) {
      if (known[step] == 0) {
        float before = nearest(known, step, -1);
        float after = nearest(known, step, 1);
        weights[step] =
            before > 0 && after > 0
                ? (float) Math.sqrt((double) before * after)
                : Math.max(before, after);
      }
    }
  }

  private static float nearest(float[] known, int step, int direction) {
    for (int at = step; at >= 1 && at < known.length; at += direction) {
      if (known[at] > 0) {
        return known[at];
      }
    }
    return 0;
  }

  /** Whether the rule needs the proxy measured at all. */
  boolean measures() {
    return true;
  }

  abstract float[] weights(ProxyMeasurement measurement, float[] before);
}
