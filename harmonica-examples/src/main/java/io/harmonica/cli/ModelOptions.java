package io.harmonica.cli;

import ai.djl.Device;
import io.harmonica.cli.emoji.BundledText;
import io.harmonica.cli.work.ModelSpec;
import io.harmonica.kernel.Precision;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.PipelineOptions;
import io.harmonica.pixart.PixArtFamily;
import io.harmonica.pixart.PixArtFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model a command runs. */
final class ModelOptions {
  @Option(
      names = "--model",
      paramLabel = "PATH",
      defaultValue = "bundled",
      description =
          "a checkpoint, the folder of a pipeline, or one of the small models inside: \"bundled\", a"
              + " DiT of clothes, or \"bundled-text\", a PixArt of emoji (${DEFAULT-VALUE})")
  private String model;

  @Mixin private FamilyOptions described;

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      defaultValue = "float32",
      description =
          "what matrices are multiplied in: float32, bfloat16 or float16 (${DEFAULT-VALUE})")
  private Precision precision;

  @Option(
      names = "--height",
      paramLabel = "PIXELS",
      description = "height of PixArt's images; else what the model was trained with")
  private Integer height;

  @Option(
      names = "--width",
      paramLabel = "PIXELS",
      description = "width of PixArt's images; else what the model was trained with")
  private Integer width;

  private boolean bundled() {
    return ModelSpec.BUNDLED.equals(model);
  }

  /** Tells whether it is the text-to-image model that the examples ship. */
  boolean bundledText() {
    return BundledText.NAME.equals(model);
  }

  private Path path() throws IOException {
    return bundledText() ? BundledText.folder() : Path.of(model);
  }

  /** Returns the model as a PixArt pipeline, if it is one. */
  Optional<PixArtFolder> pixArt() throws IOException {
    Optional<PixArtFolder> pipeline = Optional.empty();
    // Asked first, since it refuses pipelines that nobody knows.
    if (!bundled() && DiffusionPipeline.family(path(), spec().named()) instanceof PixArtFamily) {
      pipeline = PixArtFolder.at(path());
    }
    if (pipeline.isEmpty() && (height != null || width != null)) {
      throw new IllegalArgumentException("--height and --width are for PixArt pipelines alone");
    }
    if (pipeline.isPresent() && described.config() != null) {
      throw new IllegalArgumentException(
          "--config is for checkpoints; a pipeline's folder brings its own");
    }
    pipeline.ifPresent(
        folder -> {
          requireMultiple("--height", height, folder.pixelStep());
          requireMultiple("--width", width, folder.pixelStep());
        });
    return pipeline;
  }

  private static void requireMultiple(String option, Integer pixels, int step) {
    if (pixels != null && (pixels < 1 || pixels % step != 0)) {
      throw new IllegalArgumentException(
          "%s is %d, expected a multiple of %d pixels".formatted(option, pixels, step));
    }
  }

  /** Which model it is, for other processes too. */
  ModelSpec spec() {
    if ((bundled() || bundledText())
        && (described.family() != null || described.config() != null)) {
      throw new IllegalArgumentException(
          "--family and --config describe a model of yours, and --model is \"%s\"; leave them out"
              .formatted(model));
    }
    if (!bundled() && !bundledText()) {
      // What is not there would be taken for a model of classes.
      Inputs.requireThere(
          "--model",
          Path.of(model),
          "a checkpoint, a pipeline's folder, \"bundled\" or \"bundled-text\"");
    }
    return new ModelSpec(
        bundled() || bundledText() ? model : ModelSpec.absolute(Path.of(model)),
        described.family(),
        ModelSpec.absolute(described.config()),
        precision,
        height,
        width,
        null,
        null);
  }

  /** Which model, for workers; a text-to-image model comes with its encoded prompts. */
  ModelSpec spec(CaptionOptions captions) throws IOException {
    return pixArt().isPresent() ? spec().withCaptions(captions.forWorkers()) : spec();
  }

  /** Returns how the model is opened; commands add what they know of prompts and autoencoders. */
  PipelineOptions options(Device device) {
    return spec().options(device);
  }

  /** Opens the model; the caller closes it. */
  DiffusionPipeline open(PipelineOptions options) throws IOException {
    return spec().open(options);
  }
}
