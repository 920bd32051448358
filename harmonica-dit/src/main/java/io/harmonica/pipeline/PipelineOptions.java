package io.harmonica.pipeline;

import ai.djl.Device;
import io.harmonica.kernel.Precision;
import io.harmonica.text.CaptionEmbeddings;
import io.harmonica.text.Prompts;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * How a model is opened. Immutable: every setting returns new options. What is not set is left to
 * the model's files.
 */
public final class PipelineOptions {
  private String family;
  private Device device;
  private Precision precision = Precision.FLOAT32;
  private Path config;
  private Path autoencoder;
  private boolean decoding = true;
  private Integer height;
  private Integer width;
  private Prompts prompts;
  private CaptionEmbeddings captions;
  private Integer captionTokens;
  private Precision textPrecision = Precision.BFLOAT16;

  private PipelineOptions() {}

  private PipelineOptions(PipelineOptions other) {
    family = other.family;
    device = other.device;
    precision = other.precision;
    config = other.config;
    autoencoder = other.autoencoder;
    decoding = other.decoding;
    height = other.height;
    width = other.width;
    prompts = other.prompts;
    captions = other.captions;
    captionTokens = other.captionTokens;
    textPrecision = other.textPrecision;
  }

  /** {@return options that leave everything to the model's files, in float32} */
  public static PipelineOptions defaults() {
    return new PipelineOptions();
  }

  /**
   * Says what kind of model it is, where the files could be read as several.
   *
   * @param name a {@link ModelFamily#name()}
   * @return the options
   */
  public PipelineOptions family(String name) {
    PipelineOptions copy = new PipelineOptions(this);
    copy.family = Objects.requireNonNull(name);
    return copy;
  }

  /**
   * Chooses where to compute; else a GPU if the engine has one.
   *
   * @param where the device
   * @return the options
   */
  public PipelineOptions device(Device where) {
    PipelineOptions copy = new PipelineOptions(this);
    copy.device = Objects.requireNonNull(where);
    return copy;
  }

  /**
   * Chooses what the model's matrices are multiplied in.
   *
   * @param type the precision
   * @return the options
   */
  public PipelineOptions precision(Precision type) {
    PipelineOptions copy = new PipelineOptions(this);
    copy.precision = Objects.requireNonNull(type);
    return copy;
  }

  /**
   * Names the configuration of a checkpoint that does not bring one.
   *
   * @param file a {@code config.json}
   * @return the options
   */
  public PipelineOptions config(Path file) {
    PipelineOptions copy = new PipelineOptions(this);
    copy.config = Objects.requireNonNull(file);
    return copy;
  }

  /**
   * Names the autoencoder that makes images of latents, in the diffusers layout.
   *
   * @param path its folder or file
   * @return the options
   */
  public PipelineOptions autoencoder(Path path) {
    PipelineOptions copy = new PipelineOptions(this);
    copy.autoencoder = Objects.requireNonNull(path);
    copy.decoding = true;
    return copy;
  }

  /** {@return the options without an autoencoder, also where the model brings one} */
  public PipelineOptions withoutAutoencoder() {
    PipelineOptions copy = new PipelineOptions(this);
    copy.autoencoder = null;
    copy.decoding = false;
    return copy;
  }

  /**
   * Chooses the images' height, for models that take several sizes.
   *
   * @param pixels the height
   * @return the options
   */
  public PipelineOptions height(int pixels) {
    PipelineOptions copy = new PipelineOptions(this);
    copy.height = pixels;
    return copy;
  }

  /**
   * Chooses the images' width, for models that take several sizes.
   *
   * @param pixels the width
   * @return the options
   */
  public PipelineOptions width(int pixels) {
    PipelineOptions copy = new PipelineOptions(this);
    copy.width = pixels;
    return copy;
  }

  /**
   * Gives a model of words the prompts that trainings draw from. They are encoded before the model
   * is loaded, so that the text encoder's memory is free again by then.
   *
   * @param list the prompts
   * @return the options
   */
  public PipelineOptions prompts(Prompts list) {
    PipelineOptions copy = new PipelineOptions(this);
    copy.prompts = Objects.requireNonNull(list);
    return copy;
  }

  /**
   * Gives a model of words prompts that are encoded already.
   *
   * @param embeddings the prompts; the pipeline closes them, also if opening it fails
   * @return the options
   */
  public PipelineOptions captions(CaptionEmbeddings embeddings) {
    PipelineOptions copy = new PipelineOptions(this);
    copy.captions = Objects.requireNonNull(embeddings);
    return copy;
  }

  /**
   * Chooses how many tokens a prompt is padded to or cut at.
   *
   * @param tokens the number; else that of the published pipeline
   * @return the options
   */
  public PipelineOptions captionTokens(int tokens) {
    PipelineOptions copy = new PipelineOptions(this);
    copy.captionTokens = tokens;
    return copy;
  }

  /**
   * Chooses what the text encoder's matrices are multiplied in; else bfloat16.
   *
   * @param type the precision
   * @return the options
   */
  public PipelineOptions textPrecision(Precision type) {
    PipelineOptions copy = new PipelineOptions(this);
    copy.textPrecision = Objects.requireNonNull(type);
    return copy;
  }

  /** {@return the family, if one was named} */
  public Optional<String> family() {
    return Optional.ofNullable(family);
  }

  /** {@return the device, if one was chosen} */
  public Optional<Device> device() {
    return Optional.ofNullable(device);
  }

  /** {@return what the model's matrices are multiplied in} */
  public Precision precision() {
    return precision;
  }

  /** {@return the configuration file, if one was named} */
  public Optional<Path> config() {
    return Optional.ofNullable(config);
  }

  /**
   * Decides which autoencoder to use.
   *
   * @param own the one that came with the model
   * @return the one that was named, else the model's own, unless none is wanted
   */
  Optional<Path> autoencoder(Optional<Path> own) {
    return decoding ? Optional.ofNullable(autoencoder).or(() -> own) : Optional.empty();
  }

  /** {@return the images' height in pixels, if one was chosen} */
  public Optional<Integer> height() {
    return Optional.ofNullable(height);
  }

  /** {@return the images' width in pixels, if one was chosen} */
  public Optional<Integer> width() {
    return Optional.ofNullable(width);
  }

  /** {@return the prompts to encode, if some were given} */
  public Optional<Prompts> prompts() {
    return Optional.ofNullable(prompts);
  }

  /** {@return the encoded prompts, if some were given} */
  public Optional<CaptionEmbeddings> captions() {
    return Optional.ofNullable(captions);
  }

  /** {@return the tokens of a prompt, if chosen} */
  public Optional<Integer> captionTokens() {
    return Optional.ofNullable(captionTokens);
  }

  /** {@return what the text encoder's matrices are multiplied in} */
  public Precision textPrecision() {
    return textPrecision;
  }

  /**
   * Refuses options that are for models of words or of several sizes, for a family of classes.
   *
   * @param family the family's name, for the message
   * @throws IllegalArgumentException if one of them is set
   */
  public void refuseWordsAndSizes(String family) {
    if (height != null || width != null) {
      throw new IllegalArgumentException(
          "height and width are chosen, but a model of the family " + family + " has one size");
    }
    if (prompts != null || captions != null || captionTokens != null) {
      throw new IllegalArgumentException(
          "prompts are given, but models of the family " + family + " know classes and no words");
    }
  }
}
