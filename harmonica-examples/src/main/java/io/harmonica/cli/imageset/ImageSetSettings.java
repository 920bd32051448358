package io.harmonica.cli.imageset;

import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.files.Hashes;
import io.harmonica.files.LibraryVersion;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.RunnableModel;
import io.harmonica.plan.CachePlan;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the bytes of a set's images depend on. */
public final class ImageSetSettings {
  private ImageSetSettings() {}

  /**
   * Lists all that decides the images' bytes, but for what they show.
   *
   * @param pipeline makes the images
   * @param setup the run
   * @param plan what is computed
   * @param policy where the plan comes from, for people to read
   * @param seed of labels and noise
   * @param batch images at once
   * @return the settings by name, in the order of reports; may be added to
   */
  public static Map<String, String> of(
      DiffusionPipeline pipeline,
      SamplingSetup setup,
      CachePlan plan,
      String policy,
      long seed,
      int batch) {
    RunnableModel model = pipeline.model();
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("model", model.name());
    settings.put("model_sha256", model.hash());
    settings.put("model_settings", model.settings());
    settings.put("precision", model.precision().text());
    settings.put("autoencoder_sha256", pipeline.decoder().hash());
    settings.put("sampler", setup.fit().sampler());
    settings.put("steps", Integer.toString(plan.steps()));
    settings.put("guidance", Double.toString(setup.guidance().written()));
    settings.putAll(setup.guidance().settings());
    settings.put("policy", policy);
    settings.put("plan_sha256", Hashes.of(plan.fingerprint()));
    settings.put("seed", Long.toString(seed));
    settings.put("batch", Integer.toString(batch));
    settings.put("device", pipeline.manager().getDevice().toString());
    settings.put("library_version", LibraryVersion.text());
    return settings;
  }
}
