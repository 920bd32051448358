package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.pipeline.ClassNames;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ImageSubjects;
import io.harmonica.pipeline.PipelineOptions;
import io.harmonica.pixart.PixArtFolder;
import io.harmonica.text.CaptionEmbeddings;
import io.harmonica.text.Prompts;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What images are asked for: classes, or prompts. */
final class RequestOptions {
  @Option(
      names = "--labels",
      paramLabel = "LABELS",
      description = "the classes, by number or name: 360,golden retriever,360")
  private String labels;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "for a model of words: what an image is to show; may be given several times")
  private List<String> prompts;

  @Mixin private CaptionOptions captions;

  /** A pipeline and what it is asked for. */
  record Asked(DiffusionPipeline pipeline, ImageSubjects subjects) implements AutoCloseable {
    @Override
    public void close() {
      pipeline.close();
    }
  }

  /** Opens the model; a pipeline's text encoder comes and goes before it. */
  Asked open(NDManager manager, ModelOptions models, PipelineOptions options) throws IOException {
    Optional<PixArtFolder> folder = models.pixArt();
    return folder.isPresent()
        ? openPixArt(manager, models, folder.get(), options)
        : openClasses(models, options);
  }

  private Asked openClasses(ModelOptions models, PipelineOptions options) throws IOException {
    captions.refuseForLabels(prompts != null, "--prompt");
    if (labels == null) {
      throw new IllegalArgumentException("the model knows classes: say which, --labels 1,2");
    }
    DiffusionPipeline pipeline = models.open(options);
    try {
      ClassNames classes = pipeline.model().classes().orElseThrow();
      return new Asked(pipeline, pipeline.model().labels(classes.labels(labels)));
    } catch (RuntimeException e) {
      pipeline.close();
      throw e;
    }
  }

  private Asked openPixArt(
      NDManager manager, ModelOptions models, PixArtFolder folder, PipelineOptions options)
      throws IOException {
    if (labels != null) {
      throw new IllegalArgumentException(
          "the model is a PixArt pipeline, which knows words and no classes: give --prompt TEXT"
              + " instead of --labels");
    }
    Optional<Prompts> asked =
        prompts == null ? Optional.empty() : Optional.of(new Prompts(prompts, captions.negative()));
    CaptionEmbeddings encoded = captions.open(manager, folder, asked);
    DiffusionPipeline pipeline = models.open(options.captions(encoded));
    return new Asked(pipeline, pipeline.model().inTurn(encoded.size()));
  }
}
