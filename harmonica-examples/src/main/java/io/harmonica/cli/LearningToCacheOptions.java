package io.harmonica.cli;

import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.train.LearningToCacheConfig;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The settings of Learning-to-Cache; what is not given is as published. */
final class LearningToCacheOptions {
  private static final String DEFAULT = " (${DEFAULT-VALUE})";

  @Option(
      names = "--images",
      required = true,
      paramLabel = "DIR",
      description = "the folder of Fashion-MNIST's IDX files, plain or gzipped")
  private Path images;

  @Option(
      names = "--updates",
      defaultValue = "20018",
      description = "optimiser steps, each on one pair of steps" + DEFAULT)
  private int updates;

  @Option(names = "--batch", defaultValue = "64", description = "images in an update" + DEFAULT)
  private int batch;

  @Option(names = "--learning-rate", defaultValue = "0.001", description = "AdamW's rate" + DEFAULT)
  private double learningRate;

  @Option(
      names = "--beta",
      defaultValue = "5e-6",
      description = "price of computing a branch: more of it caches more" + DEFAULT)
  private double beta;

  @Option(
      names = "--threshold",
      defaultValue = "0.1",
      description =
          "tau: a branch is computed where its score is above; chosen anew where --target-cur is"
              + " given"
              + DEFAULT)
  private double threshold;

  @Option(
      names = "--label-dropout",
      defaultValue = "0.1",
      description = "part of the images that are shown without their class" + DEFAULT)
  private double labelDropout;

  @Option(names = "--seed", defaultValue = "0", description = "the seed of everything" + DEFAULT)
  private long seed;

  LearningToCacheConfig config() {
    return new LearningToCacheConfig(
        updates, batch, learningRate, beta, threshold, labelDropout, seed);
  }

  FashionMnist images() throws IOException {
    return FashionMnist.training(images);
  }
}
