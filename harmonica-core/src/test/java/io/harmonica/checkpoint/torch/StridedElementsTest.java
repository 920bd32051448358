package io.harmonica.checkpoint.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Views of a storage, read whole and in parts as large tensors are. */
final class StridedElementsTest {
  /** A view of 2 x 3 x 4 elements of two bytes, none of whose axes lies as it would in a copy. */
  private static final List<Long> SHAPE = List.of(2L, 3L, 4L);

  private static final List<Long> STRIDES = List.of(3L, 1L, 7L);

  /** The storage's bytes count up; its last element that the view takes is 3 + 2 + 21. */
  private static StridedElements view() {
    byte[] span = new byte[2 * 27];
    for (int i = 0; i < span.length; i++) {
      span[i] = (byte) i;
    }
    return new StridedElements(span, 2, SHAPE, STRIDES);
  }

  private static byte[] expected() {
    ByteBuffer bytes = ByteBuffer.allocate(2 * 24);
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 3; j++) {
        for (int k = 0; k < 4; k++) {
          int element = 3 * i + j + 7 * k;
          bytes.put((byte) (2 * element)).put((byte) (2 * element + 1));
        }
      }
    }
    return bytes.array();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 4, 5, 7, 12, 23, 24})
  void partsFollowEachOther(int elements) {
    ByteBuffer read = ByteBuffer.allocate(2 * 24);
    for (int first = 0; first < 24; first += elements) {
      read.position(2 * first).limit(2 * Math.min(24, first + elements));
      view().read(2L * first, read);
    }
    assertThat(read.array()).isEqualTo(expected());
  }

  @Test
  void anElementRepeatsWhereAStrideIsZero() {
    StridedElements view =
        new StridedElements(new byte[] {5, 6, 7}, 1, List.of(3L, 2L), List.of(1L, 0L));
    ByteBuffer read = ByteBuffer.allocate(3);
    view.read(3, read);
    assertThat(read.array()).containsExactly(6, 7, 7);
  }
}
