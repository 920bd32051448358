package io.harmonica.cli.work;

import ai.djl.Device;
import io.harmonica.cli.emoji.BundledText;
import io.harmonica.cli.fashion.BundledDit;
import io.harmonica.kernel.Precision;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.PipelineOptions;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * Which model, in values that travel to other processes.
 *
 * @param model the name of a model that the examples ship, or an absolute path
 * @param family its family, or null where the files tell
 * @param config its {@code config.json}, or null
 * @param precision what matrices are multiplied in
 * @param height of images in pixels, or null
 * @param width of images in pixels, or null
 * @param autoencoder what makes images of latents, or null for what the files bring, or empty for
 *     none
 * @param captions encoded prompts, or null for a model of classes and where they are given
 *     otherwise
 */
public record ModelSpec(
    String model,
    String family,
    String config,
    Precision precision,
    Integer height,
    Integer width,
    String autoencoder,
    CaptionFile captions)
    implements Serializable {
  /** The name of the model of classes that the examples ship. */
  public static final String BUNDLED = "bundled";

  /** {@return whether it is the model of classes that the examples ship} */
  public boolean bundled() {
    return BUNDLED.equals(model);
  }

  /** {@return whether it is the text-to-image model that the examples ship} */
  public boolean bundledText() {
    return BundledText.NAME.equals(model);
  }

  /**
   * Returns the same model with an autoencoder.
   *
   * @param path where it is
   * @return the model
   */
  public ModelSpec withAutoencoder(Path path) {
    return new ModelSpec(model, family, config, precision, height, width, absolute(path), captions);
  }

  /** {@return the same model without an autoencoder} */
  public ModelSpec withoutAutoencoder() {
    return new ModelSpec(model, family, config, precision, height, width, "", captions);
  }

  /**
   * Returns the same model with encoded prompts.
   *
   * @param file where they are
   * @return the model
   */
  public ModelSpec withCaptions(CaptionFile file) {
    return new ModelSpec(model, family, config, precision, height, width, autoencoder, file);
  }

  /**
   * Makes a path readable from another working folder.
   *
   * @param path a path, or null
   * @return its absolute form, or null
   */
  public static String absolute(Path path) {
    return path == null ? null : path.toAbsolutePath().normalize().toString();
  }

  /** {@return options that name the family, if it is known} */
  public PipelineOptions named() {
    PipelineOptions options = PipelineOptions.defaults();
    return family == null ? options : options.family(family);
  }

  /**
   * Says how the model is opened.
   *
   * @param device where it computes
   * @return the options
   */
  public PipelineOptions options(Device device) {
    PipelineOptions options = named().device(device).precision(precision);
    options = config == null ? options : options.config(Path.of(config));
    if (autoencoder != null) {
      options =
          autoencoder.isEmpty()
              ? options.withoutAutoencoder()
              : options.autoencoder(Path.of(autoencoder));
    }
    options = height == null ? options : options.height(height);
    return width == null ? options : options.width(width);
  }

  /**
   * Opens the model.
   *
   * @param options how
   * @return the model, which the caller closes
   * @throws IOException if a file is missing or damaged
   */
  public DiffusionPipeline open(PipelineOptions options) throws IOException {
    if (bundled()) {
      return BundledDit.pipeline(options);
    }
    PipelineOptions all = captions == null ? options : options.captions(captions.open());
    return DiffusionPipeline.open(bundledText() ? BundledText.folder() : Path.of(model), all);
  }
}
