package io.harmonica.cli.fashion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.dit.DitConfig;
import io.harmonica.dit.DitModel;
import io.harmonica.files.Hashes;
import io.harmonica.train.ImageSource;
import java.util.Map;
import java.util.Random;

/**
 * Draws real images as the bundled model was trained with: 28 x 28 pixels in [-1, 1], each with its
 * class.
 *
 * @param data the images
 * @param model makes the conditioning
 */
public record FashionImages(FashionMnist data, DitModel model) implements ImageSource {

  /**
   * Checks that the model is one of such images.
   *
   * @param data the images
   * @param model makes the conditioning
   * @throws IllegalArgumentException if it is made for others
   */
  public FashionImages {
    DitConfig config = model.config();
    if (config.inChannels() != 1
        || config.inputSize() != FashionMnist.SIZE
        || config.numClasses() != FashionMnist.CLASSES.size()) {
      throw new IllegalArgumentException(
          "the model makes %d x %d samples of %d channels in %d classes, the images are 28 x 28 of 1 in"
                  .formatted(
                      config.inputSize(),
                      config.inputSize(),
                      config.inChannels(),
                      config.numClasses())
              + " 10; give a model of Fashion-MNIST, such as the bundled one");
    }
  }

  @Override
  public Map<String, String> provenance() {
    return Map.of(
        "images", Integer.toString(data.count()), "images_sha256", Hashes.of(data.images()));
  }

  @Override
  public Batch draw(NDManager manager, Random random, int count) {
    float[] pixels = new float[count * FashionMnist.PIXELS];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      int image = random.nextInt(data.count());
      data.copy(image, pixels, i * FashionMnist.PIXELS);
      labels[i] = data.labels()[image];
    }
    NDArray images =
        manager.create(pixels, new Shape(count, 1, FashionMnist.SIZE, FashionMnist.SIZE));
    return new Batch(images, model.condition(manager, labels));
  }
}
