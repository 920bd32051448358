package io.harmonica.router;

import io.harmonica.diffusion.Noise;
import java.util.Arrays;
import java.util.Random;

/**
 * Routers as a training begins with them: standard normal logits, the first step's at the limit.
 */
public final class RandomRouters {
  private RandomRouters() {}

  /** The logits, [steps][branches]. */
  public static float[][] logits(int steps, int branches, Random random) {
    float[][] logits = new float[steps][branches];
    for (float[] row : logits) {
      Noise.fill(random, row);
    }
    Arrays.fill(logits[0], Router.LIMIT);
    return logits;
  }
}
