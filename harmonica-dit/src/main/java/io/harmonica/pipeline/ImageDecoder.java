package io.harmonica.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.files.Hashes;
import io.harmonica.model.ModelFiles;
import io.harmonica.vae.VaeDecoder;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Turns a model's samples into images: as they are for a model of pixels, through an autoencoder
 * for one of latents.
 */
public final class ImageDecoder implements AutoCloseable {
  private static final String PART = "vae";

  /** Magenta, which no broken number can be mistaken for. */
  private static final int BROKEN = 0xFF00FF;

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
   * Images on the host, as numbers.
   *
   * @param shape of each, [C, H, W] with one channel (grey) or three (red, green, blue)
   * @param values one row for each, in [-1, 1]
   */
  @SuppressWarnings("ArrayRecordComponent") // a bare carrier, read at once
  public record Pixels(Shape shape, float[][] values) {

    /**
     * Draws one image, pixel by pixel.
     *
     * @param index of the image
     * @return RGB, H pixels high and W wide; pixels that are no numbers stand out
     */
    public BufferedImage picture(int index) {
      return picture(shape, values[index]);
    }

    /**
     * Draws an image, pixel by pixel.
     *
     * @param shape [C, H, W] with one channel or three
     * @param image C x H x W values in [-1, 1]; others are cut off
     * @return RGB, H pixels high and W wide; pixels that are no numbers stand out
     */
    public static BufferedImage picture(Shape shape, float[] image) {
      int width = (int) shape.get(2);
      int plane = (int) shape.get(1) * width;
      int green = shape.get(0) == 1 ? 0 : plane;
      BufferedImage picture =
          new BufferedImage(width, (int) shape.get(1), BufferedImage.TYPE_INT_RGB);
      for (int i = 0; i < plane; i++) {
        float[] colour = {image[i], image[green + i], image[2 * green + i]};
        boolean broken = Float.isNaN(colour[0] + colour[1] + colour[2]);
        int rgb = intensity(colour[0]) << 16 | intensity(colour[1]) << 8 | intensity(colour[2]);
        picture.setRGB(i % width, i / width, broken ? BROKEN : rgb);
      }
      return picture;
    }

    private static int intensity(float value) {
      return Math.round((Math.max(-1, Math.min(1, value)) + 1) * 127.5f);
    }
  }

  /**
   * Opens the decoder of a model's samples.
   *
   * @param manager owns the autoencoder's weights
   * @param model the model's name, for messages
   * @param sample the shape of its samples, [C, H, W]
   * @param vae the autoencoder, in the diffusers layout
   * @return the decoder, which the caller closes before the manager
   * @throws IOException if the autoencoder is missing or damaged
   * @throws IllegalArgumentException if it is not made for the model's samples
   */
  public static ImageDecoder open(NDManager manager, String model, Shape sample, Optional<Path> vae)
      throws IOException {
    if (vae.isEmpty()) {
      return new ImageDecoder(manager, sample, Optional.empty(), "");
    }
    VaeDecoder decoder = VaeDecoder.open(vae.get(), manager);
    int expected = decoder.config().latentChannels();
    long channels = sample.get(0);
    if (channels != expected) {
      decoder.close();
      throw new IllegalArgumentException(
          "%s decodes latents of %d channels, %s samples %d: give the autoencoder it was made for"
              .formatted(vae.get(), expected, model, channels));
    }
    String hash = Hashes.of(ModelFiles.find(vae.get(), PART).sha256());
    return new ImageDecoder(manager, sample, Optional.of(decoder), hash);
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
  public Pixels decode(float[][] samples) {
    if (vae.isEmpty()) {
      return new Pixels(sample, samples);
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
    return new Pixels(shape, values);
  }

  /** Frees the autoencoder. */
  @Override
  public void close() {
    vae.ifPresent(VaeDecoder::close);
  }
}
