package io.harmonica.train;

import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

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
 * @serial exclude
 */
@SuppressWarnings("InvalidBlockTag") // a serialised form is no promise, wherever it is said
public record LearningToCacheConfig(
    int updates,
    int batch,
    double learningRate,
    double beta,
    double threshold,
    double labelDropout,
    long seed)
    implements Serializable {

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
   * {@return the published settings for DiT-XL/2 256 at T = 20: one pass over ImageNet in batches
   * of 64, learning rate 0.001, beta 5e-6, tau 0.1, labels dropped with probability 0.1}
   */
  public static LearningToCacheConfig published() {
    return new LearningToCacheConfig(20_018, 64, 0.001, 5e-6, 0.1, 0.1, 0);
  }

  /**
   * Returns these settings with another number of updates.
   *
   * @param value optimiser steps, each on one pair of steps
   * @return the settings
   */
  public LearningToCacheConfig withUpdates(int value) {
    return with(changed -> changed.updates = value);
  }

  /**
   * Returns these settings with another batch.
   *
   * @param value images in an update
   * @return the settings
   */
  public LearningToCacheConfig withBatch(int value) {
    return with(changed -> changed.batch = value);
  }

  /**
   * Returns these settings with another learning rate.
   *
   * @param value AdamW's rate
   * @return the settings
   */
  public LearningToCacheConfig withLearningRate(double value) {
    return with(changed -> changed.learningRate = value);
  }

  /**
   * Returns these settings with another price.
   *
   * @param value beta, the price of computing a branch
   * @return the settings
   */
  public LearningToCacheConfig withBeta(double value) {
    return with(changed -> changed.beta = value);
  }

  /**
   * Returns these settings with another threshold.
   *
   * @param value tau: r above it computes
   * @return the settings
   */
  public LearningToCacheConfig withThreshold(double value) {
    return with(changed -> changed.threshold = value);
  }

  /**
   * Returns these settings with another label dropout.
   *
   * @param value how likely an image's label is replaced by the null label
   * @return the settings
   */
  public LearningToCacheConfig withLabelDropout(double value) {
    return with(changed -> changed.labelDropout = value);
  }

  /**
   * Returns these settings with another seed.
   *
   * @param value the seed of images, noise, pairs and first logits
   * @return the settings
   */
  public LearningToCacheConfig withSeed(long value) {
    return with(changed -> changed.seed = value);
  }

  /** {@return the settings by name, for provenance} */
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

  private LearningToCacheConfig with(Consumer<Changed> change) {
    Changed changed = new Changed(this);
    change.accept(changed);
    return changed.settings();
  }

  /** Settings in the making. */
  private static final class Changed {
    private int updates;
    private int batch;
    private double learningRate;
    private double beta;
    private double threshold;
    private double labelDropout;
    private long seed;

    Changed(LearningToCacheConfig from) {
      updates = from.updates;
      batch = from.batch;
      learningRate = from.learningRate;
      beta = from.beta;
      threshold = from.threshold;
      labelDropout = from.labelDropout;
      seed = from.seed;
    }

    LearningToCacheConfig settings() {
      return new LearningToCacheConfig(
          updates, batch, learningRate, beta, threshold, labelDropout, seed);
    }
  }
}
