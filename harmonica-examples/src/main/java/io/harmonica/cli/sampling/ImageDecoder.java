package io.harmonica.cli.sampling;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.files.Hashes;
import io.harmonica.model.ModelFiles;
import io.harmonica.vae.VaeDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Turns a model's samples into images: as they are for a model of pixels, through an autoencoder
 * for one of latents.
 */
public final class ImageDecoder implements AutoCloseable {
  private static final String PART = "vae";

  private final NDManager manager;
  private final Shape sample;
  private final Optional<VaeDecoder> vae;
  private final String hash;

  private ImageDecoder(NDManager manager, Shape sample, Optional<VaeDecoder> vae, String hash) {
    this.manager = manager;
    this.sample = sample;
    this.vae = vae;
    this.hash = hash;
  }

  /**
   * Images on the host.
   *
   * @param shape of each, [C, H, W]
   * @param values one row for each, in [-1, 1]
   */
  @SuppressWarnings("ArrayRecordComponent") // a bare carrier, read at once
  public record Images(Shape shape, float[][] values) {}

  /**
   * Opens the decoder of a model's samples.
   *
   * @param manager owns the autoencoder's weights
   * @param model the model
   * @param vae the autoencoder, in the diffusers layout
   * @return the decoder, which the caller closes before the manager
   * @throws IOException if the autoencoder is missing or damaged
   * @throws IllegalArgumentException if it is not made for the model's samples
   */
  public static ImageDecoder open(NDManager manager, RunnableModel model, Optional<Path> vae)
      throws IOException {
    if (vae.isEmpty()) {
      return new ImageDecoder(manager, model.sampleShape(), Optional.empty(), "");
    }
    VaeDecoder decoder = VaeDecoder.open(vae.get(), manager);
    int expected = decoder.config().latentChannels();
    long channels = model.sampleShape().get(0);
    if (channels != expected) {
      decoder.close();
      throw new IllegalArgumentException(
          "%s decodes latents of %d channels, %s samples %d: give the autoencoder it was made for"
              .formatted(vae.get(), expected, model.name(), channels));
    }
    String hash = Hashes.of(ModelFiles.find(vae.get(), PART).sha256());
    return new ImageDecoder(manager, model.sampleShape(), Optional.of(decoder), hash);
  }

  /**
   * Tells whether {@link #decode} gives pictures.
   *
   * @return true with an autoencoder, or for samples of one channel (grey) or three (colour)
   */
  public boolean makesPictures() {
    return vae.isPresent() || sample.get(0) == 1 || sample.get(0) == 3;
  }

  /**
   * Returns the shape of the images.
   *
   * @return [C, H, W]
   */
  public Shape imageShape() {
    if (vae.isEmpty()) {
      return sample;
    }
    int upscaling = vae.get().config().upscaling();
    return new Shape(
        vae.get().config().outChannels(), upscaling * sample.get(1), upscaling * sample.get(2));
  }

  /**
   * Identifies the autoencoder's weights.
   *
   * @return SHA-256 in hexadecimal; empty without an autoencoder
   */
  public String hash() {
    return hash;
  }

  /**
   * Decodes samples, one after the other.
   *
   * @param samples one row for each, [C x H x W] values
   * @return the images, clipped to [-1, 1] if an autoencoder made them
   */
  public Images decode(float[][] samples) {
    if (vae.isEmpty()) {
      return new Images(sample, samples);
    }
    Shape shape = sample;
    float[][] values = new float[samples.length][];
    for (int i = 0; i < samples.length; i++) {
      try (NDManager scope = manager.newSubManager()) {
        NDArray latent = scope.create(samples[i], new Shape(1).addAll(sample));
        NDArray image = vae.get().decode(latent).clip(-1, 1);
        shape = image.getShape().slice(1);
        values[i] = image.toFloatArray();
      }
    }
    return new Images(shape, values);
  }

  /** Frees the autoencoder. */
  @Override
  public void close() {
    vae.ifPresent(VaeDecoder::close);
  }
}
