package io.harmonica.cli.ablation;

import java.io.Serializable;

/**
 * One training of an ablation.
 *
 * @param variant the variant's name
 * @param target the part of all branches to reuse
 * @param seed the training's seed
 */
record VariantJob(String variant, double target, long seed) implements Serializable {

  /** The router's name. Learning-to-Cache's serves all targets: they differ in the threshold. */
  String name() {
    return images()
        ? "%s-seed%d".formatted(variant, seed)
        : "%s-%s-seed%d".formatted(variant, TrainedVariant.percent(target), seed);
  }

  /** Whether it trains on images. */
  boolean images() {
    return VariantTraining.LEARNING_TO_CACHE.equals(variant);
  }
}
