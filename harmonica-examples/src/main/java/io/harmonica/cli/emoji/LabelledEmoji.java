package io.harmonica.cli.emoji;

import ai.djl.ndarray.types.Shape;
import io.harmonica.cli.classifier.LabelledImages;
import java.util.Random;

/**
 * Images of which each is a class of its own, for a classifier that is to tell which one a
 * generated image shows. Generated images are never quite those, so they are varied: shifted,
 * blurred, made lighter or darker, and noisy.
 *
 * @param data the images
 */
public record LabelledEmoji(CaptionedImages data) implements LabelledImages {
  private static final int SHIFT = 1;
  private static final float MOST_NOISE = 0.15f;
  private static final float MOST_LIGHT = 0.1f;

  @Override
  public int count() {
    return data.count();
  }

  @Override
  public Shape shape() {
    return data.shape();
  }

  @Override
  public int classes() {
    return data.count();
  }

  @Override
  public int label(int index) {
    return index;
  }

  @Override
  public void copy(int index, float[] target, int offset) {
    data.copy(index, target, offset);
  }

  @Override
  public void copyVaried(int index, float[] target, int offset, Random random) {
    float[] image = data.pixels().get(index);
    int down = random.nextInt(-SHIFT, SHIFT + 1);
    int right = random.nextInt(-SHIFT, SHIFT + 1);
    boolean blurred = random.nextBoolean();
    float light = MOST_LIGHT * (2 * random.nextFloat() - 1);
    float noise = MOST_NOISE * random.nextFloat();
    int size = data.size();
    for (int i = 0; i < image.length; i++) {
      int plane = i / (size * size) * size * size;
      int row = i / size % size - down;
      int column = i % size - right;
      float value = blurred ? mean(image, plane, row, column) : pixel(image, plane, row, column);
      target[offset + i] = value + light + noise * (float) random.nextGaussian();
    }
  }

  /** The mean of a pixel and its four neighbours. */
  private float mean(float[] image, int plane, int row, int column) {
    return (pixel(image, plane, row, column)
            + pixel(image, plane, row - 1, column)
            + pixel(image, plane, row + 1, column)
            + pixel(image, plane, row, column - 1)
            + pixel(image, plane, row, column + 1))
        / 5;
  }

  /** White outside. */
  private float pixel(float[] image, int plane, int row, int column) {
    int size = data.size();
    boolean inside = row >= 0 && row < size && column >= 0 && column < size;
    return inside ? image[plane + row * size + column] : 1;
  }
}
