package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.sampling.ImageRequests;
import io.harmonica.cli.sampling.PixArtPipeline;
import io.harmonica.cli.sampling.Prompts;
import io.harmonica.cli.sampling.RunnableDit;
import io.harmonica.cli.sampling.RunnableModel;
import io.harmonica.cli.sampling.RunnablePixArt;
import io.harmonica.text.CaptionEmbeddings;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What images are asked for: classes of a DiT, or prompts of PixArt. */
final class RequestOptions {
  @Option(
      names = "--labels",
      paramLabel = "LABELS",
      description = "for a DiT: the classes, by number or name: 360,golden retriever,360")
  private String labels;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description = "for PixArt: what an image is to show; may be given several times")
  private List<String> prompts;

  @Mixin private CaptionOptions captions;

  /** A model and what it is asked for. */
  record Asked(RunnableModel model, ImageRequests requests) implements AutoCloseable {
    @Override
    public void close() {
      model.close();
    }
  }

  /** Opens the model; a pipeline's text encoder comes and goes before it. */
  Asked open(NDManager manager, ModelOptions models) throws IOException {
    Optional<PixArtPipeline> pipeline = models.pipeline();
    return pipeline.isPresent()
        ? openPixArt(manager, models, pipeline.get())
        : openDit(manager, models);
  }

  private Asked openDit(NDManager manager, ModelOptions models) throws IOException {
    captions.refuseForLabels(prompts != null, "--prompt");
    if (labels == null) {
      throw new IllegalArgumentException("the model is a DiT: say which classes, --labels 1,2");
    }
    RunnableDit dit = models.openDit(manager);
    return new Asked(dit, dit.requests(dit.classes().labels(labels)));
  }

  private Asked openPixArt(NDManager manager, ModelOptions models, PixArtPipeline pipeline)
      throws IOException {
    if (labels != null) {
      throw new IllegalArgumentException(
          "the model is a PixArt pipeline, which knows words and no classes: give --prompt TEXT"
              + " instead of --labels");
    }
    Optional<Prompts> asked =
        prompts == null ? Optional.empty() : Optional.of(new Prompts(prompts, captions.negative()));
    CaptionEmbeddings encoded = captions.open(manager, pipeline, asked);
    RunnablePixArt model = models.openPixArt(manager, pipeline, encoded);
    return new Asked(model, model.requests());
  }
}
