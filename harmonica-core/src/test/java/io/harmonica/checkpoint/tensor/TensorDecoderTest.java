package io.harmonica.checkpoint.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class TensorDecoderTest {

  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"F32", "F16"})
  void longTensorsAreReadInChunks(TensorType type) throws IOException {
    float[] values = new float[1000];
    for (int i = 0; i < values.length; i++) {
      values[i] = i;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TensorEncoder.write(values, type, out);
    ByteBuffer stored = ByteBuffer.wrap(out.toByteArray());
    ElementReader elements = (at, to) -> to.put(stored.slice((int) at, to.remaining()));
    TensorInfo info = new TensorInfo("x", type, new Shape(10, 100));
    try (NDManager manager = NDManager.newBaseManager();
        NDArray array = new TensorDecoder(64).toNDArray(info, elements, manager)) {
      assertThat(array.toFloatArray()).isEqualTo(values);
      assertThat(array.getShape()).isEqualTo(new Shape(10, 100));
      assertThat(new TensorDecoder(64).toFloats(info, elements)).isEqualTo(values);
      assertThat(manager.getManagedArrays()).hasSize(1);
    }
  }
}
