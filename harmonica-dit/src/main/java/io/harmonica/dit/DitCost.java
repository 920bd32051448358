package io.harmonica.dit;

import io.harmonica.plan.ComputeCost;

/**
 * Counts a DiT's multiply-accumulate operations per sample: matrix products, attention included.
 */
final class DitCost {
  private static final int TIME_WAVES = 256;

  private DitCost() {}

  static ComputeCost of(DitConfig config) {
    long tokens = config.tokens();
    long d = config.hiddenSize();
    long attention = tokens * 4 * d * d + 2 * tokens * tokens * d;
    long feedForward = tokens * 2 * d * config.mlpSize();
    long modulation = 6 * d * d;
    long patch = (long) config.patchSize() * config.patchSize();
    long embed = tokens * patch * config.inChannels() * d;
    long time = TIME_WAVES * d + d * d;
    long last = 2 * d * d + tokens * d * patch * config.outChannels();
    long[] branches = new long[2 * config.depth()];
    for (int block = 0; block < config.depth(); block++) {
      branches[2 * block] = attention;
      branches[2 * block + 1] = feedForward;
    }
    return new ComputeCost(embed + time + last + config.depth() * modulation, branches);
  }
}
