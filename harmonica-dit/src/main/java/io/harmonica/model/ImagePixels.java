package io.harmonica.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

/** What networks that look at images take: UINT8, [n, H, W, 3], red, green and blue. */
public final class ImagePixels {
  private ImagePixels() {}

  /**
   * Refuses what are no images.
   *
   * @param pixels an array
   * @throws IllegalArgumentException if it is of another type or shape, or empty
   */
  public static void require(NDArray pixels) {
    Shape shape = pixels.getShape();
    if (pixels.getDataType() != DataType.UINT8
        || shape.dimension() != 4
        || shape.get(3) != 3
        || shape.size() == 0) {
      throw new IllegalArgumentException(
          "pixels are %s of %s, expected uint8 of (n, H, W, 3)"
              .formatted(pixels.getDataType(), shape));
    }
  }
}
