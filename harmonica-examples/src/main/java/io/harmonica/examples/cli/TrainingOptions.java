package io.harmonica.examples.cli;

import io.harmonica.train.ImageErrorProxy;
import io.harmonica.train.LambdaRule;
import io.harmonica.train.RouterTrainerConfig;
import io.harmonica.train.StudentRule;
import java.util.Locale;
import picocli.CommandLine.Option;

/** The settings of a router's training; what is not given is as published. */
final class TrainingOptions {
  private static final String DEFAULT = " (${DEFAULT-VALUE})";

  @Option(
      names = "--trajectories",
      defaultValue = "2223",
      description = "trajectories of T - 1 optimiser steps each" + DEFAULT)
  private int trajectories;

  @Option(
      names = "--batch",
      defaultValue = "32",
      description = "samples in a trajectory, without the unconditional half" + DEFAULT)
  private int batch;

  @Option(names = "--learning-rate", defaultValue = "0.01", description = "AdamW's rate" + DEFAULT)
  private double learningRate;

  @Option(
      names = "--beta",
      defaultValue = "7e-8",
      description = "price of computing a branch: more of it caches more" + DEFAULT)
  private double beta;

  @Option(
      names = "--threshold",
      defaultValue = "0.1",
      description = "tau: a branch is computed where its score is above" + DEFAULT)
  private double threshold;

  @Option(
      names = "--refresh",
      defaultValue = "500",
      description = "C: optimiser steps between measurements of the image error" + DEFAULT)
  private int refresh;

  @Option(
      names = "--proxy",
      defaultValue = "leave-one-out",
      description = "the image error's definition: leave-one-out, cumulative" + DEFAULT)
  private String proxy;

  @Option(
      names = "--lambda",
      defaultValue = "image-error",
      description = "how it weighs the steps: uniform, image-error, calibrated" + DEFAULT)
  private String lambda;

  @Option(
      names = "--student",
      defaultValue = "blend",
      description = "how the student runs: blend as published, hard as at inference" + DEFAULT)
  private String student;

  @Option(names = "--seed", defaultValue = "0", description = "the seed of everything" + DEFAULT)
  private long seed;

  RouterTrainerConfig config() {
    return new RouterTrainerConfig(
        trajectories,
        batch,
        learningRate,
        beta,
        threshold,
        refresh,
        choice(ImageErrorProxy.class, "--proxy", proxy),
        choice(LambdaRule.class, "--lambda", lambda),
        choice(StudentRule.class, "--student", student),
        seed);
  }

  static <E extends Enum<E>> E choice(Class<E> type, String option, String text) {
    for (E constant : type.getEnumConstants()) {
      if (written(constant).equals(text)) {
        return constant;
      }
    }
    StringBuilder names = new StringBuilder();
    for (E constant : type.getEnumConstants()) {
      names.append(names.isEmpty() ? "" : ", ").append(written(constant));
    }
    throw new IllegalArgumentException(option + " is " + text + ", expected one of " + names);
  }

  private static String written(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
