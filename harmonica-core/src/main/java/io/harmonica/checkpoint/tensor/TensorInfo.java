package io.harmonica.checkpoint.tensor;

import ai.djl.ndarray.types.Shape;
import java.util.Objects;

/**
 * What a checkpoint says about one of its tensors, known without reading the data.
 *
 * @param name the full name, such as {@code blocks.0.attn.qkv.weight}
 * @param type the type of the stored elements
 * @param shape the dimensions; empty for a scalar
 */
public record TensorInfo(String name, TensorType type, Shape shape) {

  /** More dimensions than any tensor library computes with. */
  public static final int MAX_RANK = 64;

  /**
   * Checks the dimensions.
   *
   * @param name the full name
   * @param type the type of the stored elements
   * @param shape the dimensions
   * @throws IllegalArgumentException if there are more than 64, one is negative, or the tensor's
   *     bytes would not fit in 63 bits
   */
  public TensorInfo {
    Objects.requireNonNull(name, "name");
    if (byteCount(type, shape.getShape()) < 0) {
      throw new IllegalArgumentException("Tensor " + name + " cannot have the shape " + shape);
    }
  }

  /** {@return the number of elements: the product of the dimensions; 1 for a scalar} */
  public long elements() {
    return shape.size();
  }

  /** {@return the number of bytes of the stored elements: elements times the size of one} */
  public long bytes() {
    return elements() * type.bytes();
  }

  /**
   * Counts the bytes of a tensor that a file tells of.
   *
   * @param type the stored type
   * @param dimensions as the file has them, sound or not
   * @return the bytes; -1 if the dimensions are negative, too many or too large
   */
  public static long byteCount(TensorType type, long[] dimensions) {
    if (dimensions.length > MAX_RANK) {
      return -1;
    }
    long bound = type.bytes();
    boolean empty = false;
    for (long dimension : dimensions) {
      long factor = Math.max(dimension, 1);
      if (dimension < 0 || bound > Long.MAX_VALUE / factor) {
        return -1;
      }
      empty |= dimension == 0;
      bound *= factor;
    }
    return empty ? 0 : bound;
  }
}
