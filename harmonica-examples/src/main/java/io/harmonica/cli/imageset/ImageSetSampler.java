package io.harmonica.cli.imageset;

import ai.djl.ndarray.types.Shape;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ImageDecoder;
import io.harmonica.pipeline.ImageRequest;
import io.harmonica.pipeline.ImageSubjects;
import java.io.IOException;
import java.util.function.UnaryOperator;

/**
 * Makes the images of a set, any batch at any time. Image i is made of the noise that the seed
 * gives to sample i, so that it does not matter where a run was interrupted.
 *
 * @param pipeline makes the images
 * @param settings sets steps, sampler, guidance, cache and seed of a request
 */
public record ImageSetSampler(DiffusionPipeline pipeline, UnaryOperator<ImageRequest> settings) {
  /** Channels of every image of a set: red, green, blue. */
  public static final int CHANNELS = 3;

  /**
   * Makes one batch.
   *
   * @param subjects what its images are to show
   * @param first the number of its first image in the set
   * @return the images' bytes, one behind the other
   * @throws IOException if a text encoder cannot be read
   * @throws IllegalArgumentException if the model makes an image of values that are no numbers
   */
  public byte[] batch(ImageSubjects subjects, int first) throws IOException {
    ImageRequest request =
        settings.apply(ImageRequest.of(subjects)).firstSample(first).batch(subjects.count());
    return pixels(pipeline.sample(request).pixels(), first);
  }

  /**
   * Turns images into unsigned bytes, height by width by colour, as the public DiT code does: 127.5
   * x + 128, cut off at 0 and 255, the fraction dropped. Grey becomes three equal colours.
   */
  static byte[] pixels(ImageDecoder.Pixels images, int first) {
    Shape shape = images.shape();
    int channels = Math.toIntExact(shape.get(0));
    int plane = Math.toIntExact(shape.get(1) * shape.get(2));
    byte[] pixels = new byte[images.values().length * plane * CHANNELS];
    int next = 0;
    for (int i = 0; i < images.values().length; i++) {
      float[] values = images.values()[i];
      for (int pixel = 0; pixel < plane; pixel++) {
        for (int channel = 0; channel < CHANNELS; channel++) {
          float value = values[Math.min(channel, channels - 1) * plane + pixel];
          if (Float.isNaN(value)) {
            throw new IllegalArgumentException(
                "image %d holds values that are no numbers: try --precision float32 or other weights"
                    .formatted(first + i));
          }
          pixels[next++] = (byte) (int) Math.max(0, Math.min(255, 127.5f * value + 128));
        }
      }
    }
    return pixels;
  }
}
