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
    float[] weights(ProxyMeasurement measurement) {
      float[] weights = new float[measurement.imageError().length];
      Arrays.fill(weights, 1);
      return weights;
    }
  },
  /** lambda(t) = the image error that caching at step t causes, as published. */
  IMAGE_ERROR {
    @Override
    float[] weights(ProxyMeasurement measurement) {
      return measurement.imageError().clone();
    }
  },
  /**
   * lambda(t) = that image error over the step's own error when it was measured, so that lambda(t)
   * times the loss estimates the image error itself, and beta is an image error per branch.
   */
  CALIBRATED {
    @Override
    float[] weights(ProxyMeasurement measurement) {
      float[] weights = new float[measurement.imageError().length];
      for (int step = 1; step < weights.length; step++) {
        float own = measurement.stepError()[step];
        // A step that caches nothing has no error of its own and none to weigh.
        weights[step] = own > 0 ? measurement.imageError()[step] / own : 0;
      }
      return weights;
    }
  };

  /** Whether the rule needs the proxy measured at all. */
  boolean measures() {
    return true;
  }

  abstract float[] weights(ProxyMeasurement measurement);
}
