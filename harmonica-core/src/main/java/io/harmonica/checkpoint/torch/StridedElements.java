package io.harmonica.checkpoint.torch;

import io.harmonica.checkpoint.tensor.ByteSource;
import io.harmonica.checkpoint.tensor.ElementReader;
import io.harmonica.checkpoint.tensor.TensorInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** Gathers the elements of a strided view from the part of the storage that it spans. */
final class StridedElements implements ElementReader {

  /** How large a tensor may be that repeats its elements. */
  private static final int MAX_REPEATED_BYTES = 256 << 20;

  private static final int MAX_ARRAY_BYTES = Integer.MAX_VALUE - 8;

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

  /**
   * The elements of a tensor whose storage lies uncompressed in a file.
   *
   * @param start where the storage's elements begin
   * @return a reader; empty if the view is too large to be gathered
   */
  static Optional<ElementReader> of(
      ByteSource source, long start, TorchTensor tensor, TensorInfo info) throws IOException {
    int width = info.type().bytes();
    long from = start + tensor.offset() * width;
    if (tensor.isContiguous()) {
      return Optional.of((offset, target) -> source.read(from + offset, target));
    }
    long spanBytes = tensor.span() * width;
    if (isTooLarge(spanBytes, info)) {
      return Optional.empty();
    }
    byte[] span = new byte[(int) spanBytes];
    source.read(from, ByteBuffer.wrap(span));
    return Optional.of(new StridedElements(span, width, tensor.shape(), tensor.strides()));
  }

  /** Whether a view spans more, or repeats more, than is taken into memory. */
  static boolean isTooLarge(long spanBytes, TensorInfo info) {
    return spanBytes > MAX_ARRAY_BYTES || info.bytes() > Math.max(spanBytes, MAX_REPEATED_BYTES);
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
