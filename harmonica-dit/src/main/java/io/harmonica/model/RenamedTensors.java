package io.harmonica.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorInfo;
import io.harmonica.checkpoint.tensor.TensorSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A checkpoint seen under other names. A name may stand for several stored tensors, joined along
 * their first axis, such as query, key and value of an attention.
 */
public final class RenamedTensors implements TensorSource {
  private final TensorSource source;
  private final Map<String, List<String>> parts;

  private RenamedTensors(TensorSource source, Map<String, List<String>> parts) {
    this.source = source;
    this.parts = parts;
  }

  /**
   * Renames tensors; those that are not mentioned are hidden.
   *
   * @param source the checkpoint; closed with the result
   * @param parts new names to one or more stored names, in the order in which they are joined
   * @return the renamed checkpoint
   * @throws IllegalArgumentException if a name stands for nothing
   */
  public static TensorSource of(TensorSource source, Map<String, List<String>> parts) {
    Map<String, List<String>> copy = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> entry : parts.entrySet()) {
      if (entry.getValue().isEmpty()) {
        throw new IllegalArgumentException(entry.getKey() + " stands for no tensor");
      }
      copy.put(entry.getKey(), List.copyOf(entry.getValue()));
    }
    return new RenamedTensors(source, copy);
  }

  @Override
  public Path path() {
    return source.path();
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(parts.keySet());
  }

  @Override
  public Map<String, String> metadata() {
    return source.metadata();
  }

  @Override
  public TensorInfo info(String name) throws MalformedCheckpointException {
    List<String> stored = parts(name);
    TensorInfo first = source.info(stored.get(0));
    long[] dimensions = first.shape().getShape().clone();
    for (String part : stored.subList(1, stored.size())) {
      TensorInfo next = source.info(part);
      if (next.type() != first.type()
          || dimensions.length == 0
          || !Arrays.equals(tail(dimensions), tail(next.shape().getShape()))) {
        throw fault(part, "does not go together with " + first.name());
      }
      dimensions[0] += next.shape().get(0);
    }
    return new TensorInfo(name, first.type(), new Shape(dimensions));
  }

  private static long[] tail(long[] dimensions) {
    return Arrays.copyOfRange(dimensions, Math.min(1, dimensions.length), dimensions.length);
  }

  private List<String> parts(String name) throws MalformedCheckpointException {
    List<String> stored = parts.get(name);
    if (stored == null) {
      throw fault(name, "is not there");
    }
    return stored;
  }

  private MalformedCheckpointException fault(String tensor, String problem) {
    return new MalformedCheckpointException(
        path().toString(),
        "the tensor " + MalformedCheckpointException.quote(tensor) + " " + problem,
        -1,
        "check that the file belongs to this model");
  }

  @Override
  public NDArray read(String name, NDManager manager) throws IOException {
    List<String> stored = parts(name);
    if (stored.size() == 1) {
      return source.read(stored.get(0), manager);
    }
    info(name);
    try (NDManager scope = manager.newSubManager()) {
      NDList arrays = new NDList();
      for (String part : stored) {
        arrays.add(source.read(part, scope));
      }
      NDArray joined = NDArrays.concat(arrays);
      joined.attach(manager);
      return joined;
    }
  }

  @Override
  public float[] readFloats(String name) throws IOException {
    List<String> stored = parts(name);
    if (stored.size() == 1) {
      return source.readFloats(stored.get(0));
    }
    float[] joined = new float[Math.toIntExact(info(name).elements())];
    int at = 0;
    for (String part : stored) {
      float[] values = source.readFloats(part);
      System.arraycopy(values, 0, joined, at, values.length);
      at += values.length;
    }
    return joined;
  }

  @Override
  public void copy(String name, OutputStream out) throws IOException {
    info(name);
    // Row-major, so that joining along the first axis is writing one after the other.
    for (String part : parts(name)) {
      source.copy(part, out);
    }
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
