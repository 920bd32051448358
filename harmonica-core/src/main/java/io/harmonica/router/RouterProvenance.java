package io.harmonica.router;

import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.files.LibraryVersion;
import io.harmonica.plan.ModelFit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

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
   * Describes a training.
   *
   * @param setup what it was for; model hash, layout, costs, the size of features, sampler and
   *     guidance come from here
   * @param threshold tau
   * @param seed the training's seed
   * @param training the training's own settings, by name
   * @return the provenance
   */
  public static RouterProvenance of(
      SamplingSetup setup, double threshold, long seed, Map<String, String> training) {
    Map<String, String> settings = new TreeMap<>(training);
    settings.putAll(setup.identity().settings());
    settings.put("steps", Integer.toString(setup.steps()));
    settings.put("guided_channels", Integer.toString(setup.guidance().channels()));
    settings.putAll(setup.guidance().settings());
    settings.putAll(RouterDescription.settings(setup.denoiser()));
    return new RouterProvenance(
        setup.identity().name(),
        setup.identity().sha256(),
        setup.fit().sampler(),
        setup.guidance().written(),
        threshold,
        seed,
        LibraryVersion.text(),
        settings);
  }

  /** {@return what the router belongs to; unknown text is empty and fits everything} */
  public ModelFit fit() {
    return new ModelFit(model, modelHash, sampler);
  }

  RouterProvenance withThreshold(double other) {
    return new RouterProvenance(
        model, modelHash, sampler, guidance, other, seed, libraryVersion, settings);
  }

  RouterProvenance withSampler(String other) {
    Map<String, String> all = new TreeMap<>(settings);
    if (!sampler.isEmpty()) {
      all.putIfAbsent("trained_with_sampler", sampler);
    }
    return new RouterProvenance(
        model, modelHash, other, guidance, threshold, seed, libraryVersion, all);
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
        number(metadata, "guidance", "0", Double::parseDouble),
        number(metadata, "threshold", "0.1", Double::parseDouble),
        number(metadata, "seed", "0", Long::parseLong),
        metadata.getOrDefault("library_version", ""),
        settings);
  }

  private static <T> T number(
      Map<String, String> metadata, String name, String otherwise, Function<String, T> parser) {
    String value = metadata.getOrDefault(name, otherwise);
    try {
      return parser.apply(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "its metadata has %s \"%s\", expected a number such as %s"
              .formatted(name, value, otherwise),
          e);
    }
  }
}
