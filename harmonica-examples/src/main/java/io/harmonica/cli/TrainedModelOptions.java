package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.sampling.PixArtPipeline;
import io.harmonica.cli.sampling.Prompts;
import io.harmonica.cli.sampling.RunnableModel;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model a router is made for, and for PixArt with which prompts. */
final class TrainedModelOptions {
  @Mixin private ModelOptions models;

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description =
          "for PixArt: what to train with, one prompt a line, or \"bundled\" for our own list"
              + " (bundled)")
  private String prompts;

  @Mixin private CaptionOptions captions;

  /** Opens the model; a pipeline's text encoder comes and goes before it. */
  RunnableModel open(NDManager manager) throws IOException {
    Optional<PixArtPipeline> pipeline = models.pipeline();
    if (pipeline.isEmpty()) {
      captions.refuseForLabels(prompts != null, "--prompts");
      return models.openDit(manager);
    }
    // A training that is not told otherwise goes on with the embeddings that it finds.
    Optional<Prompts> asked =
        prompts == null && captions.saved()
            ? Optional.empty()
            : Optional.of(Prompts.read(prompts == null ? "bundled" : prompts, captions.negative()));
    return models.openPixArt(
        manager, pipeline.get(), captions.open(manager, pipeline.get(), asked));
  }
}
