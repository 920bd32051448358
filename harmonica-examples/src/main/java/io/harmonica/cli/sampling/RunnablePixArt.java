package io.harmonica.cli.sampling;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.ConditioningSource;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.Samplers;
import io.harmonica.files.Hashes;
import io.harmonica.kernel.Precision;
import io.harmonica.pixart.LoadedPixArt;
import io.harmonica.pixart.PixArtCheckpoint;
import io.harmonica.pixart.PixArtInput;
import io.harmonica.pixart.PixArtModel;
import io.harmonica.text.CaptionEmbeddings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A PixArt transformer ready to run for the captions of one list.
 *
 * @param pipeline where it came from
 * @param hash SHA-256 of the transformer's file, or of the names and checksums of its files
 * @param model the model
 * @param captions what it can be asked for; closed with this
 * @param precision what its matrices are multiplied in
 */
public record RunnablePixArt(
    PixArtPipeline pipeline,
    String hash,
    PixArtModel model,
    CaptionEmbeddings captions,
    Precision precision)
    implements RunnableModel {

  /**
   * Opens a pipeline's transformer.
   *
   * @param manager owns the weights
   * @param pipeline the pipeline
   * @param input the size of samples and captions
   * @param captions what it will be asked for; closed with the model, or if opening it fails
   * @param precision what its matrices are multiplied in
   * @return the model; the caller closes it
   * @throws IOException if a file is missing or damaged
   * @throws IllegalArgumentException if weights, sizes and captions do not fit together
   */
  public static RunnablePixArt open(
      NDManager manager,
      PixArtPipeline pipeline,
      PixArtInput input,
      CaptionEmbeddings captions,
      Precision precision)
      throws IOException {
    try {
      requireWidth(captions, pipeline);
      LoadedPixArt loaded = PixArtCheckpoint.open(pipeline.folder(), precision, manager);
      return new RunnablePixArt(
          pipeline,
          Hashes.of(loaded.sha256()),
          new PixArtModel(manager, loaded.config(), input, loaded.weights()),
          captions,
          precision);
    } catch (Throwable e) {
      captions.close();
      throw e;
    }
  }

  private static void requireWidth(CaptionEmbeddings captions, PixArtPipeline pipeline) {
    int expected = pipeline.config().captionChannels();
    if (captions.width() != expected) {
      throw new IllegalArgumentException(
          "the embeddings have %d numbers for a token, the transformer in %s expects %d: encode the"
                  .formatted(captions.width(), pipeline.folder(), expected)
              + " prompts with its own text encoder");
    }
  }

  @Override
  public String name() {
    return pipeline.folder().toAbsolutePath().normalize().getFileName().toString();
  }

  @Override
  public PixArtModel denoiser() {
    return model;
  }

  @Override
  public Shape sampleShape() {
    PixArtInput input = model.input();
    return new Shape(model.config().inChannels(), input.height(), input.width());
  }

  @Override
  public long featureSize() {
    PixArtInput input = model.input();
    long patch = model.config().patchSize();
    return input.height() / patch * (input.width() / patch) * model.config().hiddenSize();
  }

  @Override
  public Guidance guidance(double scale) {
    return new Guidance(scale, model.config().outChannels());
  }

  @Override
  public Sampler sampler(String name, int steps, long seed) {
    return Samplers.parse(name, pipeline.scheduler().noise(), steps, false, seed);
  }

  /** The one of the pipeline's scheduler. */
  @Override
  public Sampler usualSampler(int steps, long seed) {
    return pipeline.scheduler().sampler(steps, seed);
  }

  @Override
  public double usualGuidance() {
    return 4.5;
  }

  /** Captions drawn uniformly. */
  @Override
  public ConditioningSource trainingBatches() {
    return (owner, random, count) -> {
      int[] drawn = random.ints(count, 0, captions.size()).toArray();
      return new CaptionRequests(model, captions, drawn).conditioning(owner);
    };
  }

  /**
   * Asks for images of the captions in turn.
   *
   * @param count how many
   * @return the requests
   */
  public ImageRequests requests(int count) {
    int[] which = IntStream.range(0, count).map(i -> i % captions.size()).toArray();
    return new CaptionRequests(model, captions, which);
  }

  /**
   * Asks for an image of every caption.
   *
   * @return the requests
   */
  public ImageRequests requests() {
    return CaptionRequests.all(model, captions);
  }

  @Override
  public Map<String, String> trainingSettings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("prompts", Integer.toString(captions.size()));
    settings.put("prompts_sha256", captions.promptsHash());
    settings.put("negative_prompt", captions.negativePrompt());
    settings.put("caption_tokens", Integer.toString(captions.tokens()));
    settings.put("text_encoder", captions.provenance().model());
    settings.put("text_precision", captions.provenance().precision());
    settings.put("height", Integer.toString(model.input().pixelHeight()));
    settings.put("width", Integer.toString(model.input().pixelWidth()));
    return settings;
  }

  @Override
  public Optional<Path> autoencoder() {
    return pipeline.autoencoder();
  }

  @Override
  public String settings() {
    return trainingSettings() + " " + pipeline.scheduler().noise();
  }

  @Override
  public void close() {
    model.close();
    try {
      captions.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
