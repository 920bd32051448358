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
      description = "for PixArt: what samples are to show; may be given several times")
  private List<String> prompts;

  @Mixin private CaptionOptions captions;

  /**
   * A model and what it is asked for.
   *
   * @param labels the class of each sample; none for a model of words
   */
  @SuppressWarnings("ArrayRecordComponent") // a bare carrier
  record Asked(RunnableModel model, ImageRequests requests, int[] labels) implements AutoCloseable {
    @Override
    public void close() {
      model.close();
    }
  }

  int samples() {
    return samples;
  }

  /** Opens the model; a pipeline's text encoder comes and goes before it. */
  Asked open(NDManager manager, ModelOptions models) throws IOException {
    Optional<PixArtPipeline> pipeline = models.pipeline();
    if (pipeline.isPresent()) {
      Optional<Prompts> asked =
          Optional.ofNullable(prompts).map(given -> new Prompts(given, captions.negative()));
      CaptionEmbeddings encoded = captions.open(manager, pipeline.get(), asked);
      RunnablePixArt model = models.openPixArt(manager, pipeline.get(), encoded);
      return new Asked(model, model.requests(samples), new int[0]);
    }
    captions.refuseForLabels(prompts != null, "--prompt");
    RunnableDit dit = models.openDit(manager);
    int[] labels = labels(dit.model().config().numClasses());
    return new Asked(dit, dit.requests(labels), labels);
  }

  /** All classes in turn, or where there are more than samples, evenly spread ones. */
  private int[] labels(int classes) {
    return IntStream.range(0, samples)
        .map(i -> samples < classes ? (int) ((long) i * classes / samples) : i % classes)
        .toArray();
  }
}
