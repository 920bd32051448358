package io.harmonica.search;

import io.harmonica.plan.PlanTarget;
import io.harmonica.train.RouterTrainerConfig;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Settings of a search for a plan.
 *
 * @param target what the plan may cost
 * @param order the highest Taylor order that the search begins with; 0 searches for plain reuse
 * @param learned which weights of the forecasts are learned from the image
 * @param updates optimiser steps that learn the weights after the start and after each round
 * @param stepwise step-wise training of the scores, from the plan that the starts end with; the
 *     image decides whether it counts
 * @param rounds rounds of refinement, each followed by learning weights if that is asked for
 * @param forwards guided forward passes that the measurements of a round may take
 * @param calibration samples on which plans are measured
 * @param microBatches parts into which the samples of an update of the weights are split, for
 *     workers to share; each has its own median of errors
 * @param seed of noise and conditioning
 */
public record PlanSearchConfig(
    PlanTarget target,
    int order,
    Weights learned,
    int updates,
    Optional<RouterTrainerConfig> stepwise,
    int rounds,
    long forwards,
    int calibration,
    int microBatches,
    long seed) {

  /** Which weights are learned. */
  public enum Weights {
    /** None: they are Taylor's. */
    TAYLOR,
    /** For each cell, and under guidance for each half of the batch. */
    LEARNED,
    /** For each cell, the same for both halves of a guided batch. */
    LEARNED_SHARED;

    /** How many sets of weights a cell has; 0 if none is learned. */
    int halves(boolean guided) {
      return this == TAYLOR ? 0 : this == LEARNED && guided ? 2 : 1;
    }
  }

  /**
   * Checks the settings.
   *
   * @param target see the record
   * @param order see the record
   * @param learned see the record
   * @param updates see the record
   * @param stepwise see the record
   * @param rounds see the record
   * @param forwards see the record
   * @param calibration see the record
   * @param microBatches see the record
   * @param seed see the record
   * @throws IllegalArgumentException if one is out of range, or the step-wise training cannot be
   *     steered to the target
   */
  public PlanSearchConfig {
    require("order", order, order >= 0 && order <= Move.MOST_ORDER, "0 to 3");
    require("updates of the weights", updates, updates >= 0, "0 or more");
    require("refinement rounds", rounds, rounds >= 0, "0 or more");
    require("refinement forwards", forwards, forwards >= 1, "at least 1");
    require("calibration samples", calibration, calibration >= 1, "at least 1");
    int batch = weightBatch(calibration);
    require(
        "micro-batches",
        microBatches,
        microBatches >= 1 && batch % microBatches == 0,
        "a divisor of the samples of an update, " + batch);
    // Refused here rather than after the starts.
    stepwise.ifPresent(training -> training.steeredTo(target));
  }

  private static void require(String name, Number value, boolean holds, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(name + " is " + value + ", expected " + expected);
    }
  }

  /**
   * The default recipe for a target: whole steps, forecasts of four outputs, learned weights.
   *
   * @param target what the plan may cost
   * @return the settings
   */
  public static PlanSearchConfig harmonized(PlanTarget target) {
    return new PlanSearchConfig(
        target, 3, Weights.LEARNED, 120, Optional.empty(), 0, 6000, 16, 1, 0);
  }

  /**
   * Returns the settings with another order.
   *
   * @param other the highest Taylor order that the search begins with
   * @return the settings
   */
  public PlanSearchConfig withOrder(int other) {
    return with(changed -> changed.order = other);
  }

  /**
   * Returns the settings with other weights to learn.
   *
   * @param other which weights are learned
   * @return the settings
   */
  public PlanSearchConfig withLearned(Weights other) {
    return with(changed -> changed.learned = other);
  }

  /**
   * Returns the settings with a longer or shorter training of the weights.
   *
   * @param count optimiser steps
   * @return the settings
   */
  public PlanSearchConfig withUpdates(int count) {
    return with(changed -> changed.updates = count);
  }

  /** How many sets of weights each cell of a plan learns; 0 if there is nothing to learn. */
  int learnedHalves(boolean guided) {
    return updates == 0 || order == 0 ? 0 : learned.halves(guided);
  }

  /** Samples of one update: it holds a step's graph, which takes more memory than measuring. */
  int weightBatch() {
    return weightBatch(calibration);
  }

  private static int weightBatch(int calibration) {
    return (calibration + 1) / 2;
  }

  /**
   * Returns the settings with step-wise training.
   *
   * @param training its settings; target, seed and forecasts are taken from here
   * @return the settings
   */
  public PlanSearchConfig withStepwise(RouterTrainerConfig training) {
    return with(changed -> changed.stepwise = Optional.of(training));
  }

  /**
   * Returns the settings with other rounds.
   *
   * @param count rounds of refinement
   * @param each guided forward passes that the measurements of a round may take
   * @return the settings
   */
  public PlanSearchConfig withRounds(int count, long each) {
    return with(
        changed -> {
          changed.rounds = count;
          changed.forwards = each;
        });
  }

  /**
   * Returns the settings with another number of samples.
   *
   * @param samples on which plans are measured
   * @return the settings
   */
  public PlanSearchConfig withCalibration(int samples) {
    return with(changed -> changed.calibration = samples);
  }

  /**
   * Returns the settings with an update's samples in parts.
   *
   * @param parts how many
   * @return the settings
   */
  public PlanSearchConfig withMicroBatches(int parts) {
    return with(changed -> changed.microBatches = parts);
  }

  /**
   * Returns the settings with another seed.
   *
   * @param other of noise and conditioning
   * @return the settings
   */
  public PlanSearchConfig withSeed(long other) {
    return with(changed -> changed.seed = other);
  }

  /** {@return the settings by name, for a router's provenance} */
  public Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    stepwise.ifPresent(
        training -> {
          training.settings().forEach((name, value) -> settings.put("stepwise_" + name, value));
          if (training.threshold() != RouterTrainerConfig.harmonized().threshold()) {
            settings.put("stepwise_threshold", Double.toString(training.threshold()));
          }
        });
    settings.put("recipe", "harmonized");
    settings.put("target_cost", Long.toString(target.total()));
    settings.put("forecast_order", Integer.toString(order));
    settings.put("forecast_weights", learned.name().toLowerCase(Locale.ROOT));
    settings.put("weight_updates", Integer.toString(updates));
    settings.put("refinement_rounds", Integer.toString(rounds));
    settings.put("refinement_forwards", Long.toString(forwards));
    settings.put("calibration", Integer.toString(calibration));
    if (microBatches > 1) {
      settings.put("weight_micro_batches", Integer.toString(microBatches));
    }
    return settings;
  }

  private PlanSearchConfig with(Consumer<PlanSearchDraft> change) {
    PlanSearchDraft changed = new PlanSearchDraft(this);
    change.accept(changed);
    return changed.settings();
  }
}
