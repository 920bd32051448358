package io.harmonica.checkpoint.safetensors;

import ai.djl.ndarray.types.Shape;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorInfo;
import io.harmonica.checkpoint.tensor.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Parses the JSON object of a {@link SafetensorsHeader}; reads forward only, never recurses. */
final class SafetensorsHeaderParser {

  static final String METADATA = "__metadata__";

  private final String file;
  private final long dataStart;
  private final Utf8Reader text;
  private final JsonReader json;
  private final Map<String, SafetensorsHeader.Entry> entries = new LinkedHashMap<>();
  private Map<String, String> metadata;

  /** Takes the bytes of the object, which follow the eight of the length. */
  SafetensorsHeaderParser(String file, ByteBuffer header) {
    this.file = file;
    this.dataStart = (long) SafetensorsHeader.LENGTH_BYTES + header.remaining();
    this.text = new Utf8Reader(header, SafetensorsHeader.LENGTH_BYTES);
    this.json = new JsonReader(text);
    json.setStrictness(Strictness.STRICT);
  }

  SafetensorsHeader parse() throws MalformedCheckpointException {
    try {
      if (text.firstByte() != '{') {
        throw fault("the header is not a JSON object", null);
      }
      json.beginObject();
      while (json.hasNext()) {
        String name = json.nextName();
        if (name.equals(METADATA)) {
          parseMetadata();
        } else {
          parseTensor(name);
        }
      }
      json.endObject();
      if (json.peek() != JsonToken.END_DOCUMENT) {
        throw fault("something follows the header's object", null);
      }
    } catch (MalformedCheckpointException e) {
      throw e;
    } catch (IOException | IllegalStateException | NumberFormatException e) {
      MalformedCheckpointException fault = fault("the header is not valid JSON", null);
      fault.initCause(e);
      throw fault;
    }
    return new SafetensorsHeader(
        dataStart, entries, metadata == null ? Map.of() : Collections.unmodifiableMap(metadata));
  }

  private void parseMetadata() throws IOException {
    if (metadata != null) {
      throw fault("a second " + METADATA, null);
    }
    metadata = new LinkedHashMap<>();
    expect(JsonToken.BEGIN_OBJECT, METADATA, null);
    json.beginObject();
    while (json.hasNext()) {
      String key = json.nextName();
      expect(JsonToken.STRING, "each value of " + METADATA, null);
      if (metadata.put(key, json.nextString()) != null) {
        throw fault(
            "a second " + METADATA + " key " + MalformedCheckpointException.quote(key), null);
      }
    }
    json.endObject();
  }

  private void parseTensor(String name) throws IOException {
    long declaredAt = text.position();
    if (entries.containsKey(name)) {
      throw fault("a second tensor of this name", name);
    }
    expect(JsonToken.BEGIN_OBJECT, "the description", name);
    TensorType type = null;
    long[] shape = null;
    long[] offsets = null;
    Set<String> seen = new HashSet<>();
    json.beginObject();
    while (json.hasNext()) {
      String field = json.nextName();
      if (!seen.add(field)) {
        throw fault("a second field " + MalformedCheckpointException.quote(field), name);
      }
      switch (field) {
        case "dtype" -> type = parseType(name);
        case "shape" -> shape = parseNumbers("shape", name, TensorInfo.MAX_RANK);
        case "data_offsets" -> offsets = parseNumbers("data_offsets", name, 2);
        default -> json.skipValue();
      }
    }
    json.endObject();
    if (type == null || shape == null || offsets == null || offsets.length != 2) {
      throw fault("dtype, shape or the two data_offsets are missing", name);
    }
    checkSize(name, type, shape, offsets);
    TensorInfo info = new TensorInfo(name, type, new Shape(shape));
    entries.put(name, new SafetensorsHeader.Entry(info, offsets[0], offsets[1], declaredAt));
  }

  private void checkSize(String name, TensorType type, long[] shape, long[] offsets)
      throws MalformedCheckpointException {
    long bytes = TensorInfo.byteCount(type, shape);
    if (bytes < 0) {
      throw fault("the shape is too large", name);
    }
    if (offsets[0] > offsets[1] || offsets[1] - offsets[0] != bytes) {
      throw fault(
          "data_offsets from " + offsets[0] + " to " + offsets[1] + " for " + bytes + " bytes",
          name);
    }
  }

  private TensorType parseType(String name) throws IOException {
    expect(JsonToken.STRING, "dtype", name);
    String type = json.nextString();
    return TensorType.parse(type)
        .orElseThrow(
            () ->
                new MalformedCheckpointException(
                    file,
                    "the dtype " + MalformedCheckpointException.quote(type) + " is not supported",
                    text.position(),
                    name,
                    "convert the file to F32, F16 or BF16"));
  }

  /** Parses a list of numbers that are written as plain digits. */
  private long[] parseNumbers(String field, String name, int limit) throws IOException {
    expect(JsonToken.BEGIN_ARRAY, field, name);
    List<Long> numbers = new ArrayList<>();
    json.beginArray();
    while (json.hasNext()) {
      expect(JsonToken.NUMBER, "each element of " + field, name);
      String digits = json.nextString();
      if (digits.length() > 18 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
        throw fault(
            "the number " + MalformedCheckpointException.quote(digits) + " in " + field, name);
      }
      if (numbers.size() == limit) {
        throw fault("more than " + limit + " numbers in " + field, name);
      }
      numbers.add(Long.valueOf(digits));
    }
    json.endArray();
    return numbers.stream().mapToLong(Long::longValue).toArray();
  }

  private void expect(JsonToken wanted, String what, String tensor) throws IOException {
    JsonToken found = json.peek();
    if (found != wanted) {
      throw fault(what + " is " + found + " where " + wanted + " is expected", tensor);
    }
  }

  private MalformedCheckpointException fault(String problem, String tensor) {
    return new MalformedCheckpointException(
        file, problem, text.position(), tensor, SafetensorsHeader.REMEDY);
  }
}
