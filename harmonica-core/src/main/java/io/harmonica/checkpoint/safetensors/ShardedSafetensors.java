package io.harmonica.checkpoint.safetensors;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import io.harmonica.checkpoint.tensor.AbstractTensorSource;
import io.harmonica.checkpoint.tensor.ByteSource;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorInfo;
import io.harmonica.checkpoint.tensor.TensorSource;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A model spread over several safetensors files, which a {@code *.safetensors.index.json} beside
 * them names tensor by tensor.
 */
public final class ShardedSafetensors implements TensorSource {

  private static final String REMEDY =
      "the index is damaged or not one of safetensors files: download it again";

  private static final int NAMES_SHOWN = 20;

  private final Path index;
  private final Map<String, SafetensorsFile> tensors;
  private final Map<String, String> metadata;

  private ShardedSafetensors(
      Path index, Map<String, SafetensorsFile> tensors, Map<String, String> metadata) {
    this.index = index;
    this.tensors = tensors;
    this.metadata = metadata;
  }

  /**
   * Opens an index and all the files it names, which must lie in its folder or below.
   *
   * @param index the index file
   * @return the open model, which the caller closes
   * @throws MalformedCheckpointException if the index is damaged, names files elsewhere, or if
   *     files or tensors are missing
   * @throws IOException if a file cannot be read
   */
  public static ShardedSafetensors open(Path index) throws IOException {
    IndexParser parser = new IndexParser(index);
    parser.parse();
    Map<String, Path> files = locate(index, new LinkedHashSet<>(parser.weightMap.values()));
    Map<String, SafetensorsFile> opened = new LinkedHashMap<>();
    try {
      for (Map.Entry<String, Path> file : files.entrySet()) {
        opened.put(file.getKey(), SafetensorsFile.open(file.getValue()));
      }
      Map<String, SafetensorsFile> tensors = new LinkedHashMap<>();
      parser.weightMap.forEach((name, file) -> tensors.put(name, opened.get(file)));
      checkPresent(index, tensors);
      return new ShardedSafetensors(index, tensors, Collections.unmodifiableMap(parser.metadata));
    } catch (Throwable e) {
      closeAll(opened.values());
      throw e;
    }
  }

  private static Map<String, Path> locate(Path index, Set<String> names)
      throws MalformedCheckpointException {
    Path folder = index.toAbsolutePath().getParent();
    Map<String, Path> files = new LinkedHashMap<>();
    Set<String> missing = new LinkedHashSet<>();
    for (String name : names) {
      if (!isPlainRelativePath(name)) {
        throw fault(
            index,
            "names a file outside its folder, " + MalformedCheckpointException.quote(name),
            "do not use this index: files must lie in its folder or below");
      }
      Path file = folder.resolve(name);
      files.put(name, file);
      if (!Files.isRegularFile(file)) {
        missing.add(MalformedCheckpointException.quote(name));
      }
    }
    if (!missing.isEmpty()) {
      throw fault(
          index,
          missing.size() + " of " + names.size() + " files are missing: " + list(missing),
          "download them into " + folder);
    }
    return files;
  }

  private static boolean isPlainRelativePath(String name) {
    if (name.isEmpty() || name.chars().anyMatch(c -> c < ' ' || c == '\\' || c == ':')) {
      return false;
    }
    for (String part : name.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        return false;
      }
    }
    return true;
  }

  private static void checkPresent(Path index, Map<String, SafetensorsFile> tensors)
      throws MalformedCheckpointException {
    Set<String> missing = new LinkedHashSet<>();
    tensors.forEach(
        (name, file) -> {
          if (!file.contains(name)) {
            missing.add(MalformedCheckpointException.quote(name));
          }
        });
    if (!missing.isEmpty()) {
      throw fault(
          index,
          missing.size() + " tensors are not in the files it names: " + list(missing),
          "download the index and its files again, all of one version");
    }
  }

  private static String list(Set<String> names) {
    return names.stream().limit(NAMES_SHOWN).collect(Collectors.joining(", "))
        + (names.size() > NAMES_SHOWN ? ", ..." : "");
  }

  private static MalformedCheckpointException fault(Path index, String problem, String remedy) {
    return new MalformedCheckpointException(index.toString(), problem, -1, remedy);
  }

  private static void closeAll(Iterable<SafetensorsFile> files) throws IOException {
    IOException failure = null;
    for (SafetensorsFile file : files) {
      try {
        file.close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public Path path() {
    return index;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  @Override
  public TensorInfo info(String name) throws MalformedCheckpointException {
    return shard(name).info(name);
  }

  @Override
  public Map<String, String> metadata() {
    return metadata;
  }

  @Override
  public NDArray read(String name, NDManager manager) throws IOException {
    return shard(name).read(name, manager);
  }

  @Override
  public float[] readFloats(String name) throws IOException {
    return shard(name).readFloats(name);
  }

  @Override
  public void copy(String name, OutputStream out) throws IOException {
    shard(name).copy(name, out);
  }

  @Override
  public void close() throws IOException {
    closeAll(new LinkedHashSet<>(tensors.values()));
  }

  private SafetensorsFile shard(String name) throws MalformedCheckpointException {
    SafetensorsFile file = tensors.get(name);
    if (file == null) {
      throw AbstractTensorSource.noSuchTensor(index.toString(), name, tensors.keySet());
    }
    return file;
  }

  /** Reads the index: a weight_map from tensors to files, and metadata, of which texts are kept. */
  private static final class IndexParser {

    private final Path index;
    private final Map<String, String> weightMap = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();

    IndexParser(Path index) {
      this.index = index;
    }

    void parse() throws IOException {
      ByteBuffer content;
      try (ByteSource source = ByteSource.open(index)) {
        if (source.size() > SafetensorsHeader.MAX_HEADER_BYTES) {
          throw fault(index, "has " + source.size() + " bytes, too many for an index", REMEDY);
        }
        content = ByteBuffer.allocate((int) source.size());
        source.read(0, content);
      }
      Utf8Reader text = new Utf8Reader(content.flip(), 0);
      JsonReader json = new JsonReader(text);
      json.setStrictness(Strictness.STRICT);
      try {
        parse(json);
      } catch (MalformedCheckpointException e) {
        throw e;
      } catch (IOException | IllegalStateException e) {
        MalformedCheckpointException fault =
            new MalformedCheckpointException(
                index.toString(), "is not a valid index", text.position(), REMEDY);
        fault.initCause(e);
        throw fault;
      }
    }

    private void parse(JsonReader json) throws IOException {
      json.beginObject();
      while (json.hasNext()) {
        switch (json.nextName()) {
          case "weight_map" -> readTexts(json, weightMap, true);
          case "metadata" -> readTexts(json, metadata, false);
          default -> json.skipValue();
        }
      }
      json.endObject();
      if (json.peek() != JsonToken.END_DOCUMENT || weightMap.isEmpty()) {
        throw fault(index, "holds no weight_map or something follows it", REMEDY);
      }
    }

    private void readTexts(JsonReader json, Map<String, String> texts, boolean onlyTexts)
        throws IOException {
      json.beginObject();
      while (json.hasNext()) {
        String key = json.nextName();
        JsonToken kind = json.peek();
        if (kind == JsonToken.STRING || (kind == JsonToken.NUMBER && !onlyTexts)) {
          if (texts.put(key, json.nextString()) != null) {
            String shown = MalformedCheckpointException.quote(key);
            throw fault(index, "names " + shown + " twice", REMEDY);
          }
        } else if (onlyTexts) {
          throw fault(index, "maps a tensor to something that is not a file name", REMEDY);
        } else {
          json.skipValue();
        }
      }
      json.endObject();
    }
  }
}
