package io.harmonica.pixart;

import io.harmonica.model.DiffusersScheduler;
import io.harmonica.model.ModelFiles;
import io.harmonica.text.CaptionTokenizer;
import io.harmonica.vae.VaeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The folder of a PixArt pipeline as published by diffusers, of which only the descriptions have
 * been read.
 *
 * @param folder the folder
 * @param captionTokens how many tokens a caption is padded to or cut at
 * @param config the transformer's shape
 * @param scheduler how samples are made
 * @param upscaling pixels along a side for each latent; 1 for a model of pixels
 */
public record PixArtFolder(
    Path folder,
    int captionTokens,
    PixArtConfig config,
    DiffusersScheduler scheduler,
    int upscaling) {
  private static final String VAE = "vae";
  private static final int USUAL_UPSCALING = 8;

  /** Without an autoencoder, samples of so many channels are pixels. */
  private static final int COLOURS = 3;

  /** The pipelines and the tokens of their captions. */
  static final Map<String, Integer> CLASSES =
      Map.of("PixArtAlphaPipeline", 120, "PixArtSigmaPipeline", 300);

  /**
   * Recognises a pipeline, and looks whether its transformer is complete.
   *
   * @param path any path
   * @return the pipeline; empty if there is no {@code model_index.json}, or one of another kind
   * @throws IOException if files are missing, damaged or cannot be read
   * @throws IllegalArgumentException if a part of it is not supported; the message names file and
   *     setting
   */
  public static Optional<PixArtFolder> at(Path path) throws IOException {
    Optional<Integer> tokens = ModelFiles.pipelineClass(path).map(CLASSES::get);
    if (tokens.isEmpty()) {
      return Optional.empty();
    }
    PixArtConfig config = PixArtCheckpoint.inspect(path);
    return Optional.of(
        new PixArtFolder(
            path,
            Math.min(tokens.get(), CaptionTokenizer.limit(path)),
            config,
            DiffusersScheduler.open(path),
            upscaling(path, config)));
  }

  private static int upscaling(Path folder, PixArtConfig config) throws IOException {
    Path file = folder.resolve(VAE).resolve("config.json");
    if (!Files.isRegularFile(file)) {
      return config.inChannels() == COLOURS ? 1 : USUAL_UPSCALING;
    }
    try {
      return VaeConfig.fromJson(ModelFiles.readConfig(file)).upscaling();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Works out the size of samples.
   *
   * @param height the images' height in pixels; else the one that the model was trained with
   * @param width the images' width in pixels; else the one that the model was trained with
   * @param tokens tokens of a caption
   * @return the size
   * @throws IllegalArgumentException if a side is not whole patches
   */
  public PixArtInput input(Optional<Integer> height, Optional<Integer> width, int tokens) {
    return new PixArtInput(side("height", height), side("width", width), upscaling, tokens);
  }

  /** {@return what the sides of images are multiples of, in pixels} */
  public int pixelStep() {
    return upscaling * config.patchSize();
  }

  private int side(String name, Optional<Integer> pixels) {
    if (pixels.isEmpty()) {
      return config.sampleSize();
    }
    if (pixels.get() < 1 || pixels.get() % pixelStep() != 0) {
      throw new IllegalArgumentException(
          name + " is " + pixels.get() + ", expected a multiple of " + pixelStep() + " pixels");
    }
    return pixels.get() / upscaling;
  }

  /**
   * Returns the folder of the autoencoder.
   *
   * @return the folder, if the pipeline has one
   */
  public Optional<Path> autoencoder() {
    return Optional.of(folder.resolve(VAE)).filter(Files::isDirectory);
  }
}
