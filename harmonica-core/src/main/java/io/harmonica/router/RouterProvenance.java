package io.harmonica.router;

import io.harmonica.plan.ModelFit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where a router comes from, so that it is used only where it fits and can be trained again.
 *
 * @param model name of the model, for messages
 * @param modelHash SHA-256 of the model's weights in hexadecimal; empty when unknown
 * @param sampler the sampler's name; empty when unknown
 * @param guidance the guidance scale of training; 0 when unknown
 * @param threshold tau, which the router was trained for
 * @param seed the training's seed
 * @param libraryVersion the version that trained it; empty when unknown
 * @param settings every other setting of the training, by name
 */
public record RouterProvenance(
    String model,
    String modelHash,
    String sampler,
    double guidance,
    double threshold,
    long seed,
    String libraryVersion,
    Map<String, String> settings) {

  private static final String SETTING = "setting.";

  /**
   * Copies the settings, sorted by name so that the same router gives the same file.
   *
   * @param model name of the model, for messages
   * @param modelHash SHA-256 of the model's weights in hexadecimal; empty when unknown
   * @param sampler the sampler's name; empty when unknown
   * @param guidance the guidance scale of training; 0 when unknown
   * @param threshold tau, which the router was trained for
   * @param seed the training's seed
   * @param libraryVersion the version that trained it; empty when unknown
   * @param settings every other setting of the training, by name
   * @throws IllegalArgumentException if the threshold is not from 0 to 1 or the guidance not finite
   */
  public RouterProvenance {
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new IllegalArgumentException(
          "the router's threshold is " + threshold + ", expected 0 to 1");
    }
    if (!Double.isFinite(guidance)) {
      throw new IllegalArgumentException(
          "the router's guidance is " + guidance + ", expected a finite number");
    }
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
  }

  /**
   * Refuses a run that the router was not trained for. What is unknown matches everything.
   *
   * @param runModel name of the run's model
   * @param runModelHash SHA-256 of its weights
   * @param runSampler name of the run's sampler
   * @throws IllegalArgumentException if model or sampler differ; the message names both values
   */
  public void requireFit(String runModel, String runModelHash, String runSampler) {
    new ModelFit(model, modelHash, sampler)
        .require("the router was trained", new ModelFit(runModel, runModelHash, runSampler));
  }

  Map<String, String> toMetadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put("model", model);
    metadata.put("model_sha256", modelHash);
    metadata.put("sampler", sampler);
    metadata.put("guidance", Double.toString(guidance));
    metadata.put("threshold", Double.toString(threshold));
    metadata.put("seed", Long.toString(seed));
    metadata.put("library_version", libraryVersion);
    settings.forEach((name, value) -> metadata.put(SETTING + name, value));
    return metadata;
  }

  static RouterProvenance fromMetadata(Map<String, String> metadata) {
    Map<String, String> settings = new LinkedHashMap<>();
    metadata.forEach(
        (name, value) -> {
          if (name.startsWith(SETTING)) {
            settings.put(name.substring(SETTING.length()), value);
          }
        });
    return new RouterProvenance(
        metadata.getOrDefault("model", "unknown"),
        metadata.getOrDefault("model_sha256", ""),
        metadata.getOrDefault("sampler", ""),
        Double.parseDouble(metadata.getOrDefault("guidance", "0")),
        Double.parseDouble(metadata.getOrDefault("threshold", "0.1")),
        Long.parseLong(metadata.getOrDefault("seed", "0")),
        metadata.getOrDefault("library_version", ""),
        settings);
  }
}
