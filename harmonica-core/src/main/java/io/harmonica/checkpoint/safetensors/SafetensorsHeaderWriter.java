package io.harmonica.checkpoint.safetensors;

import com.google.gson.stream.JsonWriter;
import io.harmonica.checkpoint.tensor.TensorInfo;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes the JSON object of a {@link SafetensorsHeader}. */
final class SafetensorsHeaderWriter {

  private static final int ALIGNMENT = 8;

  private SafetensorsHeaderWriter() {}

  /**
   * Returns the object, with spaces behind it up to a multiple of eight bytes.
   *
   * @param tensors in the order in which the header names them
   * @param layout the same tensors in the order of their data
   */
  static byte[] write(
      Map<String, String> metadata, List<TensorInfo> tensors, List<TensorInfo> layout)
      throws IOException {
    Map<String, Long> begins = new HashMap<>();
    long end = 0;
    for (TensorInfo tensor : layout) {
      begins.put(tensor.name(), end);
      end = Math.addExact(end, tensor.bytes());
    }
    StringWriter text = new StringWriter();
    try (JsonWriter json = new JsonWriter(text)) {
      json.beginObject();
      if (!metadata.isEmpty()) {
        json.name(SafetensorsHeaderParser.METADATA).beginObject();
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
          json.name(entry.getKey()).value(entry.getValue());
        }
        json.endObject();
      }
      for (TensorInfo tensor : tensors) {
        describe(tensor, begins.get(tensor.name()), json);
      }
      json.endObject();
    }
    byte[] header = text.toString().getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(header, (header.length + ALIGNMENT - 1) & -ALIGNMENT);
    Arrays.fill(padded, header.length, padded.length, (byte) ' ');
    return padded;
  }

  private static void describe(TensorInfo info, long begin, JsonWriter json) throws IOException {
    json.name(info.name()).beginObject().name("dtype").value(info.type().name());
    json.name("shape").beginArray();
    for (long dimension : info.shape().getShape()) {
      json.value(dimension);
    }
    json.endArray().name("data_offsets").beginArray();
    json.value(begin).value(begin + info.bytes()).endArray().endObject();
  }
}
