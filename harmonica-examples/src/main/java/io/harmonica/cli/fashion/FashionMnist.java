package io.harmonica.cli.fashion;

import ai.djl.ndarray.types.Shape;
import io.harmonica.cli.classifier.LabelledImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * One split of Fashion-MNIST (Xiao et al., 2017): grey images of 28 x 28 in ten classes.
 *
 * @param images the pixels, 0 to 255, one image after the other
 * @param labels the classes, 0 to 9
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record FashionMnist(byte[] images, byte[] labels) implements LabelledImages {
  /** Height and width of the images. */
  public static final int SIZE = 28;

  /** Pixels of an image. */
  public static final int PIXELS = SIZE * SIZE;

  /** The classes' names, by label. */
  public static final List<String> CLASSES =
      List.of(
          "T-shirt",
          "trouser",
          "pullover",
          "dress",
          "coat",
          "sandal",
          "shirt",
          "sneaker",
          "bag",
          "ankle boot");

  /**
   * Reads the 60,000 training images.
   *
   * @param folder holds the IDX files, plain or gzipped
   * @return the split
   * @throws IOException if a file is missing or malformed
   */
  public static FashionMnist training(Path folder) throws IOException {
    return read(folder, "train");
  }

  /**
   * Reads the 10,000 test images.
   *
   * @param folder holds the IDX files, plain or gzipped
   * @return the split
   * @throws IOException if a file is missing or malformed
   */
  public static FashionMnist test(Path folder) throws IOException {
    return read(folder, "t10k");
  }

  private static FashionMnist read(Path folder, String split) throws IOException {
    IdxFile images = IdxFile.read(folder, split + "-images-idx3-ubyte");
    IdxFile labels = IdxFile.read(folder, split + "-labels-idx1-ubyte");
    int[] shape = images.shape();
    if (shape.length != 3
        || shape[1] != SIZE
        || shape[2] != SIZE
        || labels.shape()[0] != shape[0]) {
      throw new IOException(
          folder + ": the " + split + " files do not hold 28 x 28 images with a label each");
    }
    return new FashionMnist(images.bytes(), labels.bytes());
  }

  @Override
  public int count() {
    return labels.length;
  }

  @Override
  public Shape shape() {
    return new Shape(1, SIZE, SIZE);
  }

  @Override
  public void copy(int index, float[] target, int offset) {
    for (int i = 0; i < PIXELS; i++) {
      target[offset + i] = (images[index * PIXELS + i] & 0xff) / 127.5f - 1;
    }
  }

  @Override
  public int classes() {
    return CLASSES.size();
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  /** Clothes may be mirrored. */
  @Override
  public void copyVaried(int index, float[] target, int offset, Random random) {
    copy(index, target, offset);
    if (random.nextBoolean()) {
      mirror(target, offset);
    }
  }

  private static void mirror(float[] pixels, int offset) {
    for (int row = 0; row < SIZE; row++) {
      int left = offset + row * SIZE;
      for (int right = left + SIZE - 1; left < right; left++, right--) {
        float pixel = pixels[left];
        pixels[left] = pixels[right];
        pixels[right] = pixel;
      }
    }
  }
}
