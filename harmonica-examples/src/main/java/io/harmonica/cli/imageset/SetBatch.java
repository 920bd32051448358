package io.harmonica.cli.imageset;

import ai.djl.ndarray.types.Shape;
import io.harmonica.cli.work.OpenModel;
import io.harmonica.pipeline.ImageDecoder;
import io.harmonica.pipeline.ImageRequest;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.plan.PlanRequest;
import io.harmonica.work.Piece;
import java.io.IOException;

/**
 * Makes a batch of a set's images. Image i is made of the noise that the seed gives to sample i, so
 * that it does not matter who makes it, and when.
 *
 * @param recipe how the images are made
 * @param first the number of the batch's first image
 * @param labels the images' classes
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier, never compared
public record SetBatch(SetRecipe recipe, int first, int[] labels)
    implements Piece<OpenModel, byte[]> {
  /** Channels of every image of a set: red, green, blue. */
  public static final int CHANNELS = 3;

  /** A plan that has been made. */
  private record Planned(CachePlan made) implements CachePolicy {
    @Override
    public CachePlan plan(PlanRequest request) {
      return made;
    }

    @Override
    public String name() {
      return "planned";
    }
  }

  /**
   * Makes the images.
   *
   * @return their bytes, one image behind the other
   * @throws IllegalArgumentException if the model makes an image of values that are no numbers
   */
  @Override
  public byte[] run(OpenModel bench) throws IOException {
    ImageRequest request =
        recipe
            .sampling()
            .apply(ImageRequest.labels(labels))
            .cache(new Planned(recipe.plan()))
            .seed(recipe.seed())
            .firstSample(first)
            .batch(labels.length);
    return pixels(bench.pipeline().sample(request).pixels(), first);
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
