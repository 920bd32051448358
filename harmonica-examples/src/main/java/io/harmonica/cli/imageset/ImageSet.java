package io.harmonica.cli.imageset;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Which images a set is to hold, in parts of a batch each.
 *
 * @param shape of the images, [n, H, W, 3]
 * @param batch images of a part; the last one may have fewer
 * @param labels the class of each image
 * @param names the classes' names
 * @param settings all that decides the images' bytes, by name
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier, never compared
public record ImageSet(
    List<Long> shape,
    int batch,
    int[] labels,
    Map<Integer, String> names,
    Map<String, String> settings) {

  /** {@return number of images} */
  public int count() {
    return labels.length;
  }

  /** {@return bytes of an image} */
  public long imageBytes() {
    return shape.get(1) * shape.get(2) * shape.get(3);
  }

  /** {@return number of parts} */
  public int parts() {
    return (count() + batch - 1) / batch;
  }

  /**
   * Finds a part's first image.
   *
   * @param part the part, from 0
   * @return the image's number
   */
  public int first(int part) {
    return part * batch;
  }

  /**
   * Lists the classes of a part's images.
   *
   * @param part the part, from 0
   * @return the class of each
   */
  public int[] labels(int part) {
    return Arrays.copyOfRange(labels, first(part), Math.min(count(), first(part) + batch));
  }

  @Override
  public String toString() {
    return "%d images of %d x %d".formatted(count(), shape.get(1), shape.get(2));
  }
}
