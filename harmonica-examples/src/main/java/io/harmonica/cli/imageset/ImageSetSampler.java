package io.harmonica.cli.imageset;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cli.sampling.BatchSampler;
import io.harmonica.cli.sampling.ImageDecoder;
import io.harmonica.cli.sampling.ImageRequests;
import io.harmonica.cli.sampling.NoiseSource;
import io.harmonica.cli.sampling.RunnableModel;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.Sampler;
import io.harmonica.plan.CachePlan;
import java.io.IOException;
import java.util.function.LongFunction;

/**
 * Makes the images of a set, batch after batch. Image i is made of the noise that the seed gives to
 * sample i, so that it does not matter where a run was interrupted.
 *
 * @param model the model
 * @param decoder turns its samples into images
 * @param sampler the sampler for a seed of added noise, of which each batch gets its own
 * @param guidance the guidance
 * @param plan which branches to compute at each step
 * @param batch images at once
 * @param seed the seed of all noise
 */
public record ImageSetSampler(
    RunnableModel model,
    ImageDecoder decoder,
    LongFunction<Sampler> sampler,
    Guidance guidance,
    CachePlan plan,
    int batch,
    long seed) {
  /** Channels of every image of a set: red, green, blue. */
  public static final int CHANNELS = 3;

  /** Watches a run. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Called when the images of a batch are safe.
     *
     * @param finished images so far, those of earlier runs included
     * @param batch the batch's samples, with time and cache
     */
    void afterBatch(int finished, BatchSampler.Samples batch);
  }

  /**
   * Makes all images that are not there yet.
   *
   * @param manager its device computes
   * @param requests what the whole set is asked to show
   * @param images receives them, and knows which are there; as many as are there have to be whole
   *     batches
   * @param listener called after each batch
   * @throws IOException if an image cannot be written
   * @throws IllegalArgumentException if the model makes an image of values that are no numbers
   */
  public void run(
      NDManager manager, ImageRequests requests, UnfinishedImages images, Listener listener)
      throws IOException {
    while (images.finished() < requests.count()) {
      int first = images.finished();
      int last = Math.min(requests.count(), first + batch);
      BatchSampler.Samples samples =
          new BatchSampler(model, sampler.apply(RandomStream.batchSeed(seed, first)), guidance)
              .sample(
                  manager,
                  plan,
                  requests.range(first, last),
                  NoiseSource.seeded(seed, first, last - first, model.sampleShape()));
      images.append(pixels(decoder.decode(samples.values()), first));
      listener.afterBatch(last, samples);
    }
  }

  /**
   * Turns images into unsigned bytes, height by width by colour, as the public DiT code does: 127.5
   * x + 128, cut off at 0 and 255, the fraction dropped. Grey becomes three equal colours.
   */
  static byte[] pixels(ImageDecoder.Images images, int first) {
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
