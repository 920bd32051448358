package io.harmonica.pixart;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.diffusion.ConditioningSource;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.Sampler;
import io.harmonica.diffusion.Samplers;
import io.harmonica.files.Hashes;
import io.harmonica.kernel.Precision;
import io.harmonica.pipeline.ImageSubjects;
import io.harmonica.pipeline.PipelineOptions;
import io.harmonica.pipeline.RunnableModel;
import io.harmonica.text.CaptionEmbeddings;
import io.harmonica.text.Prompts;
import io.harmonica.text.TextStage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A PixArt transformer ready to run, with its text encoder at hand. */
public final class RunnablePixArt implements RunnableModel {
  private static final Logger LOGGER = LoggerFactory.getLogger(RunnablePixArt.class);
  private static final double USUAL_GUIDANCE = 4.5;

  private final PixArtFolder folder;
  private final NDManager manager;
  private final String hash;
  private final PixArtModel model;
  private final Precision precision;
  private final TextStage text;
  private final Optional<CaptionEmbeddings> known;
  private Optional<CaptionEmbeddings> latest = Optional.empty();

  private RunnablePixArt(
      PixArtFolder folder,
      NDManager manager,
      LoadedPixArt loaded,
      PixArtModel model,
      PipelineOptions options,
      Optional<CaptionEmbeddings> known) {
    this.folder = folder;
    this.manager = manager;
    this.hash = Hashes.of(loaded.sha256());
    this.model = model;
    this.precision = options.precision();
    this.text =
        new TextStage(folder.folder(), model.input().captionTokens(), options.textPrecision());
    this.known = known;
  }

  /**
   * Opens a pipeline's transformer. Prompts that the options bring are encoded before.
   *
   * @param manager owns the weights
   * @param folder the pipeline
   * @param options precision, size, and the prompts of trainings; captions are closed with the
   *     model, or if opening it fails
   * @return the model; the caller closes it
   * @throws IOException if a file is missing or damaged
   * @throws IllegalArgumentException if weights, sizes and captions do not fit together
   */
  static RunnablePixArt open(NDManager manager, PixArtFolder folder, PipelineOptions options)
      throws IOException {
    Optional<CaptionEmbeddings> known = options.captions();
    if (known.isEmpty() && options.prompts().isPresent()) {
      TextStage stage =
          new TextStage(folder.folder(), tokens(folder, options), options.textPrecision());
      known = Optional.of(encode(stage, manager, options.prompts().get()));
    }
    if (known.isPresent()) {
      requireFit(known.get(), folder, options);
    }
    int tokens = known.map(CaptionEmbeddings::tokens).orElseGet(() -> tokens(folder, options));
    PixArtInput input = folder.input(options.height(), options.width(), tokens);
    LoadedPixArt loaded = PixArtCheckpoint.open(folder.folder(), options.precision(), manager);
    PixArtModel model = new PixArtModel(manager, loaded.config(), input, loaded.weights());
    return new RunnablePixArt(folder, manager, loaded, model, options, known);
  }

  private static int tokens(PixArtFolder folder, PipelineOptions options) {
    return options.captionTokens().orElse(folder.captionTokens());
  }

  private static void requireFit(
      CaptionEmbeddings captions, PixArtFolder folder, PipelineOptions options) {
    int expected = folder.config().captionChannels();
    if (captions.width() != expected) {
      throw new IllegalArgumentException(
          "the embeddings have %d numbers for a token, the transformer in %s expects %d: encode the"
                  .formatted(captions.width(), folder.folder(), expected)
              + " prompts with its own text encoder");
    }
    int tokens = options.captionTokens().orElse(captions.tokens());
    if (tokens != captions.tokens()) {
      throw new IllegalArgumentException(
          "the captions are to have %d tokens, but were encoded with %d; leave the number out or encode them anew"
              .formatted(tokens, captions.tokens()));
    }
  }

  private static CaptionEmbeddings encode(TextStage stage, NDManager manager, Prompts prompts)
      throws IOException {
    return stage.encode(manager, prompts, Optional.empty(), LOGGER::warn);
  }

  @Override
  public String name() {
    return folder.folder().toAbsolutePath().normalize().getFileName().toString();
  }

  @Override
  public String hash() {
    return hash;
  }

  @Override
  public Precision precision() {
    return precision;
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
  public Guidance guidance(double scale) {
    return new Guidance(scale, model.config().outChannels());
  }

  @Override
  public Sampler sampler(String name, int steps, long seed) {
    return Samplers.parse(name, folder.scheduler().noise(), steps, false, seed);
  }

  /** The one of the pipeline's scheduler. */
  @Override
  public Sampler usualSampler(int steps, long seed) {
    return folder.scheduler().sampler(steps, seed);
  }

  @Override
  public double usualGuidance() {
    return USUAL_GUIDANCE;
  }

  /** Captions drawn uniformly from those that the model was opened with. */
  @Override
  public ConditioningSource trainingBatches() {
    return (owner, random, count) -> {
      CaptionEmbeddings captions = requireKnown();
      int[] drawn = random.ints(count, 0, captions.size()).toArray();
      return new CaptionSubjects(model, captions, drawn).conditioning(owner);
    };
  }

  @Override
  public ImageSubjects inTurn(int count) {
    CaptionEmbeddings captions = requireKnown();
    int[] which = IntStream.range(0, count).map(i -> i % captions.size()).toArray();
    return new CaptionSubjects(model, captions, which);
  }

  private CaptionEmbeddings requireKnown() {
    return known.orElseThrow(
        () ->
            new IllegalStateException(
                name() + " was opened without prompts to draw from; open it with some"));
  }

  @Override
  public ImageSubjects prompts(Prompts prompts) throws IOException {
    Optional<CaptionEmbeddings> found = known.filter(captions -> holds(captions, prompts));
    if (found.isEmpty()) {
      found = latest.filter(captions -> holds(captions, prompts));
    }
    if (found.isEmpty()) {
      // Those before lie in Java's memory and belong to whoever asked for them.
      latest = Optional.of(encode(text, manager, prompts));
      requireFit(latest.get(), folder, PipelineOptions.defaults());
      found = latest;
    }
    CaptionEmbeddings captions = found.get();
    int[] which = prompts.asked().stream().mapToInt(captions.prompts()::indexOf).toArray();
    return new CaptionSubjects(model, captions, which);
  }

  private static boolean holds(CaptionEmbeddings captions, Prompts prompts) {
    return captions.negativePrompt().equals(prompts.negative())
        && captions.prompts().containsAll(prompts.asked());
  }

  @Override
  public Map<String, String> trainingSettings() {
    Map<String, String> settings = new TreeMap<>();
    settings.put("caption_tokens", Integer.toString(model.input().captionTokens()));
    settings.put("height", Integer.toString(model.input().pixelHeight()));
    settings.put("width", Integer.toString(model.input().pixelWidth()));
    known.ifPresent(
        captions -> {
          settings.put("prompts", Integer.toString(captions.size()));
          settings.put("prompts_sha256", captions.promptsHash());
          settings.put("negative_prompt", captions.negativePrompt());
          settings.put("text_encoder", captions.provenance().model());
          settings.put("text_precision", captions.provenance().precision());
        });
    return settings;
  }

  @Override
  public Optional<Path> autoencoder() {
    return folder.autoencoder();
  }

  @Override
  public String settings() {
    return trainingSettings() + " " + folder.scheduler().noise();
  }

  @Override
  public void close() {
    model.close();
    if (known.isPresent()) {
      try {
        known.get().close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
