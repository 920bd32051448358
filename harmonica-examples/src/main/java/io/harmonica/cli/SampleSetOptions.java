package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.emoji.BundledText;
import io.harmonica.cli.work.ModelSpec;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ImageSubjects;
import io.harmonica.pipeline.PipelineOptions;
import io.harmonica.pixart.PixArtFolder;
import io.harmonica.text.CaptionEmbeddings;
import io.harmonica.text.Prompts;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How many samples a comparison takes: of all classes of a DiT in turn, or of PixArt's prompts. */
final class SampleSetOptions {
  @Option(
      names = "--samples",
      defaultValue = "200",
      description = "samples of each policy, of all classes or prompts in turn (${DEFAULT-VALUE})")
  private int samples;

  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      description =
          "for PixArt: what samples are to show; may be given several times (for"
              + " \"bundled-text\" what it was trained on)")
  private List<String> prompts;

  @Mixin private CaptionOptions captions;

  /**
   * A pipeline and what it is asked for.
   *
   * @param subjects what each sample is asked to show
   * @param labels the class of each sample, which a bundled classifier knows; else none
   */
  @SuppressWarnings("ArrayRecordComponent") // a bare carrier
  record Asked(DiffusionPipeline pipeline, ImageSubjects subjects, int[] labels)
      implements AutoCloseable {
    @Override
    public void close() {
      pipeline.close();
    }
  }

  int samples() {
    return samples;
  }

  /** Opens the model; a pipeline's text encoder comes and goes before it. */
  Asked open(NDManager manager, ModelOptions models, PipelineOptions options) throws IOException {
    Optional<PixArtFolder> folder = models.pixArt();
    if (folder.isPresent()) {
      Optional<Prompts> asked =
          Optional.ofNullable(given(models)).map(given -> new Prompts(given, captions.negative()));
      CaptionEmbeddings encoded = captions.open(manager, folder.get(), asked);
      int[] labels = models.bundledText() ? emoji(encoded.prompts()) : new int[0];
      DiffusionPipeline pipeline = models.open(options.captions(encoded));
      return new Asked(pipeline, pipeline.model().inTurn(samples), labels);
    }
    captions.refuseForLabels(prompts != null, "--prompt");
    DiffusionPipeline pipeline = models.open(options);
    int[] labels = pipeline.model().classes().orElseThrow().spread(samples);
    return new Asked(pipeline, pipeline.model().labels(labels), labels);
  }

  /** Refuses a cluster whose workers would not find the prompts. */
  void requireShared(WorkersOption spread, ModelOptions models) throws IOException {
    captions.requireShared(spread, models);
  }

  /** Which model, for workers. */
  ModelSpec spec(ModelOptions models) throws IOException {
    return models.spec(captions);
  }

  /** The bundled model brings prompts; of more than samples are asked for, evenly spread ones. */
  private List<String> given(ModelOptions models) throws IOException {
    return prompts != null || captions.saved() || !models.bundledText()
        ? prompts
        : BundledText.prompts(samples);
  }

  /** Which emoji each sample is to show; none if a prompt is not of the lists that say so. */
  private int[] emoji(List<String> asked) throws IOException {
    Map<String, Integer> classes = new HashMap<>(BundledText.heldOut());
    classes.putAll(BundledText.training());
    if (!classes.keySet().containsAll(asked)) {
      return new int[0];
    }
    return IntStream.range(0, samples).map(i -> classes.get(asked.get(i % asked.size()))).toArray();
  }
}
