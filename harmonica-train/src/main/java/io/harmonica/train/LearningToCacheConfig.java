package io.harmonica.train;

import java.util.Map;
import java.util.TreeMap;

/**
 * Settings of {@link LearningToCacheTrainer}.
 *
 * @param updates optimiser steps, each on one pair of steps
 * @param batch images in an update
 * @param learningRate AdamW's rate
 * @param beta the price of computing a branch
 * @param threshold tau: r above it computes
 * @param labelDropout how likely an image's label is replaced by the null label, so that the router
 *     learns for both halves of a guided batch
 * @param seed the seed of images, noise, pairs and first logits
 */
public record LearningToCacheConfig(
    int updates,
    int batch,
    double learningRate,
    double beta,
    double threshold,
    double labelDropout,
    long seed) {

  /**
   * Checks the settings.
   *
   * @param updates see the record
   * @param batch see the record
   * @param learningRate see the record
   * @param beta see the record
   * @param threshold see the record
   * @param labelDropout see the record
   * @param seed see the record
   * @throws IllegalArgumentException if one is out of range; the message names it
   */
  public LearningToCacheConfig {
    require("updates", updates, updates >= 1, "at least 1");
    require("batch", batch, batch >= 1, "at least 1");
    require("learning rate", learningRate, learningRate > 0 && learningRate < 100, "above 0");
    require("beta", beta, beta >= 0 && Double.isFinite(beta), "0 or more");
    require("threshold", threshold, threshold >= 0 && threshold < 0.99, "0 to 0.99");
    require("label dropout", labelDropout, labelDropout >= 0 && labelDropout <= 1, "0 to 1");
  }

  private static void require(String name, Number value, boolean holds, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + " is " + value + ", expected " + expected);
    }
  }

  /**
   * Returns the published settings for DiT-XL/2 256 at T = 20: one pass over ImageNet in batches of
   * 64, learning rate 0.001, beta 5e-6, tau 0.1, labels dropped with probability 0.1.
   *
   * @return the settings
   */
  public static LearningToCacheConfig published() {
    return new LearningToCacheConfig(20_018, 64, 0.001, 5e-6, 0.1, 0.1, 0);
  }

  /**
   * Returns the settings by name, for provenance.
   *
   * @return texts by name
   */
  public Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("method", "learning-to-cache");
    settings.put("updates", Integer.toString(updates));
    settings.put("batch", Integer.toString(batch));
    settings.put("learning_rate", Double.toString(learningRate));
    settings.put("beta", Double.toString(beta));
    settings.put("label_dropout", Double.toString(labelDropout));
    return settings;
  }
}
