package io.harmonica.pixart;

import io.harmonica.plan.ComputeCost;

/**
 * Counts a PixArt transformer's multiply-accumulate operations per sample and step: matrix
 * products, attention included. What a batch needs only once, such as bringing the caption to the
 * model's width, is not part of a step.
 */
final class PixArtCost {
  private static final int TIME_WAVES = 256;

  private PixArtCost() {}

  static ComputeCost of(PixArtConfig config, PixArtInput input) {
    long patch = (long) config.patchSize() * config.patchSize();
    long tokens = input.height() * (long) input.width() / patch;
    long caption = input.captionTokens();
    long d = config.hiddenSize();
    long[] block = {
      tokens * 4 * d * d + 2 * tokens * tokens * d,
      (tokens + caption) * 2 * d * d + 2 * tokens * caption * d,
      tokens * 2 * d * config.mlpSize()
    };
    long embed = tokens * patch * config.inChannels() * d;
    long time = TIME_WAVES * d + d * d + 6 * d * d;
    long last = tokens * d * patch * config.outChannels();
    long[] branches = new long[block.length * config.depth()];
    for (int branch = 0; branch < branches.length; branch++) {
      branches[branch] = block[branch % block.length];
    }
    return new ComputeCost(embed + time + last, branches);
  }
}
