package io.harmonica.inception;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * Where the pixels of a resized row or column lie in the old one, by the rule of TensorFlow 1:
 * pixel i lies at i times old over new size, in single precision, without a shift by half a pixel.
 *
 * @param before the nearest old pixel at or before it, INT64, [new]
 * @param after the one behind that, or the last, INT64, [new]
 * @param part how far it lies on the way from the one to the other, 0 to 1, [new]
 */
record ResizeRule(NDArray before, NDArray after, NDArray part) {

  /** The rule from one size to another; the arrays belong to the manager. */
  static ResizeRule of(NDManager manager, int from, int to) {
    long[] before = new long[to];
    long[] after = new long[to];
    float[] part = new float[to];
    float scale = (float) from / to;
    for (int i = 0; i < to; i++) {
      float place = i * scale;
      before[i] = (long) place;
      after[i] = Math.min(before[i] + 1, from - 1);
      part[i] = place - before[i];
    }
    return new ResizeRule(manager.create(before), manager.create(after), manager.create(part));
  }
}
