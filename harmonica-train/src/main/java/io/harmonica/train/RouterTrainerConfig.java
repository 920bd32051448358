package io.harmonica.train;

import io.harmonica.plan.PlanTarget;
import io.harmonica.plan.TaylorForecast;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Settings of a router's training. The published recipe is {@link #paper()}.
 *
 * @param trajectories how many trajectories to run; each takes T - 1 optimiser steps
 * @param batch samples in a trajectory, not counting the unconditional half
 * @param microBatches parts into which a batch is split; each is drawn by its own number, so that
 *     the router depends on how many there are, and not on who works on them
 * @param learningRate AdamW's rate
 * @param beta the price of computing a branch
 * @param threshold tau: r above it computes; with a target, 0.01 to 0.99
 * @param refreshSteps C: optimiser steps between measurements of the image error proxy
 * @param proxy the definition of the image error proxy
 * @param lambda how the proxy weighs the steps
 * @param student how the student runs
 * @param forecast what stands in for a branch that is not computed: order 0 repeats its newest
 *     output, as published, higher orders extrapolate
 * @param steering towards a cost; empty for a fixed price, rate and count of branches, as published
 * @param seed the seed of noise, conditioning and first logits
 */
public record RouterTrainerConfig(
    int trajectories,
    int batch,
    int microBatches,
    double learningRate,
    double beta,
    double threshold,
    int refreshSteps,
    ImageErrorProxy proxy,
    LambdaRule lambda,
    StudentRule student,
    TaylorForecast forecast,
    Optional<Steering> steering,
    long seed) {

  /**
   * Checks the settings.
   *
   * @param trajectories see the record
   * @param batch see the record
   * @param microBatches see the record
   * @param learningRate see the record
   * @param beta see the record
   * @param threshold see the record
   * @param refreshSteps see the record
   * @param proxy see the record
   * @param lambda see the record
   * @param student see the record
   * @param forecast see the record
   * @param steering see the record
   * @param seed see the record
   * @throws IllegalArgumentException if one is out of range; the message names it
   */
  public RouterTrainerConfig {
    require("trajectories", trajectories, trajectories >= 1, "at least 1");
    require("batch", batch, batch >= 1, "at least 1");
    require(
        "micro-batches",
        microBatches,
        microBatches >= 1 && batch % microBatches == 0,
        "a divisor of the batch, " + batch);
    require("learning rate", learningRate, learningRate > 0 && learningRate < 100, "above 0");
    require("beta", beta, beta >= 0 && Double.isFinite(beta), "0 or more");
    require("threshold", threshold, threshold >= 0 && threshold < 1, "0 to 1");
    if (steering.isPresent()) {
      // Logits end at +-5, where r is 0.0067 and 0.9933: no training gets across a tau beyond.
      require(
          "threshold of a training towards a target cost",
          threshold,
          threshold >= 0.01 && threshold <= 0.99,
          "0.01 to 0.99");
    }
    require("refresh steps", refreshSteps, refreshSteps >= 1, "at least 1");
  }

  private static void require(String name, Number value, boolean holds, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + " is " + value + ", expected " + expected);
    }
  }

  /**
   * {@return the published settings for DiT-XL/2 256 at T = 10: 20,000 optimiser steps, batch 64
   * counting both guidance halves, learning rate 0.01, beta 7e-8, tau 0.1, C = 500, with the
   * paper's definition of the proxy}
   */
  public static RouterTrainerConfig paper() {
    return new RouterTrainerConfig(
        2223,
        32,
        1,
        0.01,
        7e-8,
        0.1,
        500,
        ImageErrorProxy.LEAVE_ONE_OUT,
        LambdaRule.IMAGE_ERROR,
        StudentRule.BLEND,
        new TaylorForecast(0),
        Optional.empty(),
        0);
  }

  /**
   * {@return our settings for a training towards a target, from a start that is near it: the
   * student runs the plan of inference, and the proxy is calibrated}
   */
  public static RouterTrainerConfig harmonized() {
    return paper()
        .withTrajectories(60)
        .withBatch(4)
        .withLearningRate(0.02)
        .withBeta(1e-5)
        .withRefreshSteps(300)
        .withLambda(LambdaRule.CALIBRATED)
        .withStudent(StudentRule.HARD);
  }

  /**
   * Returns these settings with another number of trajectories.
   *
   * @param value how many to run; each takes T - 1 optimiser steps
   * @return the settings
   */
  public RouterTrainerConfig withTrajectories(int value) {
    return with(changed -> changed.trajectories = value);
  }

  /**
   * Returns these settings with another batch.
   *
   * @param value samples in a trajectory, not counting the unconditional half
   * @return the settings
   */
  public RouterTrainerConfig withBatch(int value) {
    return with(changed -> changed.batch = value);
  }

  /**
   * Splits the batch, so that several workers can share it.
   *
   * @param value in how many parts
   * @return the settings
   */
  public RouterTrainerConfig withMicroBatches(int value) {
    return with(changed -> changed.microBatches = value);
  }

  /**
   * Returns these settings with another learning rate.
   *
   * @param value AdamW's rate
   * @return the settings
   */
  public RouterTrainerConfig withLearningRate(double value) {
    return with(changed -> changed.learningRate = value);
  }

  /**
   * Returns these settings with another price.
   *
   * @param value beta, the price of computing a branch
   * @return the settings
   */
  public RouterTrainerConfig withBeta(double value) {
    return with(changed -> changed.beta = value);
  }

  /**
   * Returns these settings with another threshold.
   *
   * @param value tau: r above it computes
   * @return the settings
   */
  public RouterTrainerConfig withThreshold(double value) {
    return with(changed -> changed.threshold = value);
  }

  /**
   * Returns these settings with another interval of measuring.
   *
   * @param value C: optimiser steps between measurements of the image error proxy
   * @return the settings
   */
  public RouterTrainerConfig withRefreshSteps(int value) {
    return with(changed -> changed.refreshSteps = value);
  }

  /**
   * Returns these settings with another proxy.
   *
   * @param value the definition of the image error proxy
   * @return the settings
   */
  public RouterTrainerConfig withProxy(ImageErrorProxy value) {
    return with(changed -> changed.proxy = value);
  }

  /**
   * Returns these settings with another rule for lambda.
   *
   * @param value how the proxy weighs the steps
   * @return the settings
   */
  public RouterTrainerConfig withLambda(LambdaRule value) {
    return with(changed -> changed.lambda = value);
  }

  /**
   * Returns these settings with another student.
   *
   * @param value how the student runs
   * @return the settings
   */
  public RouterTrainerConfig withStudent(StudentRule value) {
    return with(changed -> changed.student = value);
  }

  /**
   * Returns these settings with another forecast.
   *
   * @param order the Taylor order of what stands in for a branch that is not computed; 0 repeats
   * @return the settings
   */
  public RouterTrainerConfig withForecast(int order) {
    return with(changed -> changed.forecast = new TaylorForecast(order));
  }

  /**
   * Returns these settings with another seed.
   *
   * @param value the seed of noise, conditioning and first logits
   * @return the settings
   */
  public RouterTrainerConfig withSeed(long value) {
    return with(changed -> changed.seed = value);
  }

  /**
   * Returns these settings steered towards a cost.
   *
   * @param wanted what the plan may cost
   * @return the settings
   */
  public RouterTrainerConfig steeredTo(PlanTarget wanted) {
    return with(changed -> changed.steering = Optional.of(new Steering(wanted, student.price())));
  }

  /** The rate of a trajectory: steered trainings settle, published ones keep their rate. */
  double learningRate(int trajectory) {
    return steering.isEmpty()
        ? learningRate
        : learningRate * (1 + Math.cos(Math.PI * trajectory / trajectories)) / 2;
  }

  /** {@return the settings by name, for provenance} */
  public Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("trajectories", Integer.toString(trajectories));
    settings.put("batch", Integer.toString(batch));
    if (microBatches > 1) {
      settings.put("micro_batches", Integer.toString(microBatches));
    }
    settings.put("learning_rate", Double.toString(learningRate));
    settings.put("beta", Double.toString(beta));
    settings.put("refresh_steps", Integer.toString(refreshSteps));
    settings.put("proxy", proxy.name().toLowerCase(Locale.ROOT));
    settings.put("lambda", lambda.name().toLowerCase(Locale.ROOT));
    settings.put("student", student.name().toLowerCase(Locale.ROOT));
    if (forecast.order() > 0) {
      settings.put("forecast_order", Integer.toString(forecast.order()));
    }
    steering.ifPresent(
        to -> {
          settings.put("target_cost", Long.toString(to.target().total()));
          settings.put("price", to.rule().name().toLowerCase(Locale.ROOT));
        });
    return settings;
  }

  private RouterTrainerConfig with(Consumer<RouterTrainerDraft> change) {
    RouterTrainerDraft changed = new RouterTrainerDraft(this);
    change.accept(changed);
    return changed.settings();
  }
}
