package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.emoji.BundledText;
import io.harmonica.cli.work.ModelSpec;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.PipelineOptions;
import io.harmonica.pixart.PixArtFolder;
import io.harmonica.text.Prompts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which model a router is made for, and for PixArt with which prompts. */
final class TrainedModelOptions {
  private static final String BUNDLED = "bundled";
  private static final String LIST = "/io/harmonica/cli/prompts.txt";

  @Mixin private ModelOptions models;

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description =
          "for PixArt: what to train with, one prompt a line, or \"bundled\" for our own list, which"
              + " for \"bundled-text\" is that of its images (bundled)")
  private String prompts;

  @Mixin private CaptionOptions captions;

  /** Opens the model; a pipeline's text encoder comes and goes before it. */
  DiffusionPipeline open(NDManager manager) throws IOException {
    PipelineOptions options = models.options(manager.getDevice()).withoutAutoencoder();
    Optional<PixArtFolder> folder = models.pixArt();
    if (folder.isEmpty()) {
      captions.refuseForLabels(prompts != null, "--prompts");
      return models.open(options);
    }
    // A training that is not told otherwise goes on with the embeddings that it finds.
    Optional<Prompts> asked =
        prompts == null && captions.saved()
            ? Optional.empty()
            : Optional.of(read(prompts == null ? BUNDLED : prompts));
    return models.open(options.captions(captions.open(manager, folder.get(), asked)));
  }

  /** Which model, for workers. */
  ModelSpec spec() throws IOException {
    return models.spec(captions).withoutAutoencoder();
  }

  /** Refuses a cluster whose workers would not find the prompts. */
  void requireShared(WorkersOption spread) throws IOException {
    captions.requireShared(spread, models);
  }

  private Prompts read(String file) throws IOException {
    if (!file.equals(BUNDLED)) {
      return Prompts.read(Path.of(file), captions.negative());
    }
    return models.bundledText()
        ? new Prompts(BundledText.prompts(), captions.negative())
        : bundled(captions.negative());
  }

  /** Reads our own list. */
  static Prompts bundled(String negative) throws IOException {
    try (InputStream in = TrainedModelOptions.class.getResourceAsStream(LIST)) {
      if (in == null) {
        throw new IOException("the prompts are not on the class path; build the examples anew");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Prompts.lines(BUNDLED, text, negative);
    }
  }
}
