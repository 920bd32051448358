package io.harmonica.search;

import io.harmonica.plan.PlanTarget;
import io.harmonica.train.RouterTrainerConfig;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a router is trained for a cost that was asked for: a start from whole steps, step-wise
 * denoising training steered towards the cost, and a refinement that lands on it. Every part can be
 * left out; the default recipe leaves the training out, which brings nothing from such a start.
 *
 * @param training step-wise training; without it threshold and seed alone count
 * @param target what the plan may cost
 * @param start whether to start from {@linkplain StepDescent the steps that change the image
 *     least}, rather than from random logits
 * @param sdt whether to train
 * @param refinement rounds at the end
 * @param calibration samples in a batch on which plans are measured
 */
public record TargetRecipe(
    RouterTrainerConfig training,
    PlanTarget target,
    boolean start,
    boolean sdt,
    PlanRefinement.Settings refinement,
    int calibration) {

  /**
   * Steers the training towards the target.
   *
   * @param training see the record
   * @param target see the record
   * @param start see the record
   * @param sdt see the record
   * @param refinement see the record
   * @param calibration see the record
   * @throws IllegalArgumentException if the calibration batch is empty
   */
  public TargetRecipe {
    if (calibration < 1) {
      throw new IllegalArgumentException(
          "calibration samples is " + calibration + ", expected at least 1");
    }
    training = training.steeredTo(target);
  }

  /**
   * Returns the settings that counted by name, for provenance.
   *
   * @return texts by name
   */
  public Map<String, String> settings() {
    Map<String, String> settings = new TreeMap<>();
    if (sdt) {
      settings.putAll(training.settings());
    }
    settings.put("target_cost", Long.toString(target.total()));
    settings.put("recipe", "targeted");
    settings.put("start", start ? "steps" : "random");
    settings.put("sdt", Boolean.toString(sdt));
    settings.put("refinement_rounds", Integer.toString(refinement.rounds()));
    settings.put("refinement_forwards", Long.toString(refinement.forwards()));
    settings.put("calibration", Integer.toString(calibration));
    return settings;
  }
}
