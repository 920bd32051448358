package io.harmonica.cli.fashion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.files.Hashes;
import io.harmonica.pipeline.ClassModel;
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
public record FashionImages(FashionMnist data, ClassModel model) implements ImageSource {

  /**
   * Checks that the model is one of such images.
   *
   * @param data the images
   * @param model makes the conditioning
   * @throws IllegalArgumentException if it is made for others
   */
  public FashionImages {
    Shape sample = model.sampleShape();
    int classes = model.names().count();
    if (!sample.equals(new Shape(1, FashionMnist.SIZE, FashionMnist.SIZE))
        || classes != FashionMnist.CLASSES.size()) {
      throw new IllegalArgumentException(
          "the model makes %d x %d samples of %d channels in %d classes, the images are 28 x 28 of 1 in"
                  .formatted(sample.get(1), sample.get(2), sample.get(0), classes)
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
