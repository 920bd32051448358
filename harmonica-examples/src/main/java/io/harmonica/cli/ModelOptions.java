package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.sampling.PixArtPipeline;
import io.harmonica.cli.sampling.RunnableDit;
import io.harmonica.cli.sampling.RunnablePixArt;
import io.harmonica.kernel.Precision;
import io.harmonica.pixart.PixArtInput;
import io.harmonica.text.CaptionEmbeddings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which model a command runs. */
final class ModelOptions {
  private static final String BUNDLED = "bundled";

  @Option(
      names = "--model",
      paramLabel = "PATH",
      defaultValue = "bundled",
      description =
          "a DiT checkpoint, the folder of a DiT or PixArt pipeline, or \"bundled\" for the small"
              + " DiT inside (${DEFAULT-VALUE})")
  private String model;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "the model's config.json, where the checkpoint does not tell")
  private Path config;

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      defaultValue = "float32",
      description =
          "what matrices are multiplied in: float32, bfloat16 or float16 (${DEFAULT-VALUE})")
  private Precision precision;

  /** Tells whether it is the model that the examples ship. */
  boolean bundled() {
    return BUNDLED.equals(model);
  }

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

  /** Returns the model as a PixArt pipeline, if it is one. */
  Optional<PixArtPipeline> pipeline() throws IOException {
    Optional<PixArtPipeline> pipeline =
        bundled() ? Optional.empty() : PixArtPipeline.at(Path.of(model));
    if (pipeline.isEmpty() && (height != null || width != null)) {
      throw new IllegalArgumentException("--height and --width are for PixArt pipelines alone");
    }
    if (pipeline.isPresent() && config != null) {
      throw new IllegalArgumentException(
          "--config is for DiT checkpoints; a pipeline's folder brings its own");
    }
    return pipeline;
  }

  /** Opens a pipeline's transformer for captions, which are closed with it. */
  RunnablePixArt openPixArt(NDManager manager, PixArtPipeline pipeline, CaptionEmbeddings captions)
      throws IOException {
    PixArtInput input =
        pipeline.input(Optional.ofNullable(height), Optional.ofNullable(width), captions.tokens());
    return RunnablePixArt.open(manager, pipeline, input, captions, precision);
  }

  RunnableDit openDit(NDManager manager) throws IOException {
    return bundled()
        ? RunnableDit.bundled(manager, precision)
        : RunnableDit.open(manager, Path.of(model), Optional.ofNullable(config), precision);
  }
}
