package io.harmonica.checkpoint.safetensors;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Puts together safetensors content with any header, sound or not. */
public final class Safetensors {

  private Safetensors() {}

  /** A sound file with metadata and two tensors. */
  public static byte[] small() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      new SafetensorsWriter()
          .metadata("k", "v")
          .put("a", new Shape(2), new float[] {1, 2})
          .put("b", TensorType.U8, new Shape(3), new byte[3])
          .write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  /** A file of any header, and zeros as data. */
  public static ByteBuffer buffer(String header, int dataBytes) {
    return buffer(header.getBytes(StandardCharsets.UTF_8), dataBytes);
  }

  static ByteBuffer buffer(byte[] header, int dataBytes) {
    return ByteBuffer.allocate(8 + header.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(header.length)
        .put(header)
        .rewind();
  }
}
