package io.harmonica.checkpoint.torch;

import io.harmonica.checkpoint.tensor.ElementReader;
import java.nio.ByteBuffer;
import java.util.List;

/** Gathers the elements of a strided view from the part of the storage that it spans. */
final class StridedElements implements ElementReader {

  private final byte[] span;
  private final int elementBytes;
  private final long[] shape;
  private final long[] strides;

  /** Takes the bytes from the view's first element to its last. */
  StridedElements(byte[] span, int elementBytes, List<Long> shape, List<Long> strides) {
    this.span = span;
    this.elementBytes = elementBytes;
    this.shape = shape.stream().mapToLong(Long::longValue).toArray();
    this.strides = strides.stream().mapToLong(Long::longValue).toArray();
  }

  /** Fills the target with whole elements; the offset must be that of an element. */
  @Override
  public void read(long offset, ByteBuffer target) {
    long[] index = new long[shape.length];
    long source = 0;
    long rest = offset / elementBytes;
    for (int i = shape.length - 1; i >= 0; i--) {
      index[i] = rest % shape[i];
      source += index[i] * strides[i];
      rest /= shape[i];
    }
    while (true) {
      target.put(span, Math.toIntExact(source * elementBytes), elementBytes);
      if (!target.hasRemaining()) {
        return;
      }
      int axis = shape.length - 1;
      while (++index[axis] == shape[axis]) {
        source -= (shape[axis] - 1) * strides[axis];
        index[axis--] = 0;
      }
      source += strides[axis];
    }
  }
}
