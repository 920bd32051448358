package io.harmonica.checkpoint.torch;

import io.harmonica.checkpoint.tensor.TensorType;
import java.util.List;

/**
 * A tensor as a pickle describes it: a strided view of a storage.
 *
 * @param storage the elements it is a view of
 * @param offset the element of the storage with the indices zero
 * @param shape the dimensions
 * @param strides for each dimension, how many elements apart neighbours are
 */
record TorchTensor(Storage storage, long offset, List<Long> shape, List<Long> strides) {

  /**
   * A run of elements in an entry of the archive.
   *
   * @param key the last part of the entry's name
   * @param elements how many there are
   */
  record Storage(TensorType type, String key, long elements) {}

  /** Whether the elements lie in row-major order without gaps. */
  boolean isContiguous() {
    long expected = 1;
    for (int i = shape.size() - 1; i >= 0; i--) {
      long dimension = shape.get(i);
      if (dimension != 1 && strides.get(i) != expected) {
        return false;
      }
      expected *= dimension;
    }
    return true;
  }

  /**
   * Returns how many elements of the storage lie between the first and the last one, both counted;
   * -1 if that is too many to count.
   */
  long span() {
    long last = 0;
    for (int i = 0; i < shape.size(); i++) {
      long steps = shape.get(i) - 1;
      long stride = strides.get(i);
      if (steps < 0) {
        return 0;
      }
      if (stride != 0 && steps > (Long.MAX_VALUE - 1 - last) / stride) {
        return -1;
      }
      last += steps * stride;
    }
    return last + 1;
  }
}
