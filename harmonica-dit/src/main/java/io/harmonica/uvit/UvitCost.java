package io.harmonica.uvit;

import io.harmonica.plan.ComputeCost;

/**
 * Counts a U-ViT's multiply-accumulate operations per sample: matrix products, attention included.
 * The skip layers belong to what every step runs.
 */
final class UvitCost {
  private UvitCost() {}

  static ComputeCost of(UvitConfig config) {
    long tokens = config.tokens();
    long image = tokens - UvitConfig.EXTRAS;
    long d = config.embedDim();
    long channels = config.inChans();
    long patch = (long) config.patchSize() * config.patchSize() * channels;
    long attention = tokens * 4 * d * d + 2 * tokens * tokens * d;
    long feedForward = tokens * 2 * d * config.mlpSize();
    long skips = config.depth() / 2 * tokens * 2 * d * d;
    long time = config.mlpTimeEmbed() ? 8 * d * d : 0;
    long pixels = (long) config.imgSize() * config.imgSize();
    long convolution = config.conv() ? pixels * channels * channels * 9 : 0;
    long[] branches = new long[2 * config.blocks()];
    for (int block = 0; block < config.blocks(); block++) {
      branches[2 * block] = attention;
      branches[2 * block + 1] = feedForward;
    }
    return new ComputeCost(2 * image * patch * d + skips + time + convolution, branches);
  }
}
