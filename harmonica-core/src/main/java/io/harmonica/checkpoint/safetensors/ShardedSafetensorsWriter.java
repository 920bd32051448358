package io.harmonica.checkpoint.safetensors;

import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import io.harmonica.checkpoint.tensor.TensorInfo;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.files.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * Writes a model as one safetensors file or, if it is larger than a limit, as several with an
 * index, in the way that {@link ShardedSafetensors} reads and large models are published. Elements
 * are asked for while writing, so that only one tensor need be in memory.
 */
public final class ShardedSafetensorsWriter {
  private static final String ENDING = ".safetensors";

  private final long limit;
  private final List<Shard> shards = new ArrayList<>();

  /** The tensors of one file. */
  private static final class Shard {
    private final SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
    private final List<String> names = new ArrayList<>();
    private long bytes;
  }

  /**
   * Makes a writer without tensors.
   *
   * @param limit bytes of tensors that a file may hold; a larger tensor gets a file of its own
   * @throws IllegalArgumentException if the limit is not positive
   */
  public ShardedSafetensorsWriter(long limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("the limit of a file is " + limit + ", expected above 0");
    }
    this.limit = limit;
    shards.add(new Shard());
  }

  /**
   * Adds a floating-point tensor.
   *
   * @param name the name, not used before
   * @param type F32, F16 or BF16
   * @param shape the dimensions
   * @param values gives the elements in row-major order; called when the file is written
   * @return this writer
   * @throws IllegalArgumentException if the name is taken or the type is another one
   */
  public ShardedSafetensorsWriter put(
      String name, TensorType type, Shape shape, Supplier<float[]> values) {
    for (Shard shard : shards) {
      if (shard.names.contains(name)) {
        throw new IllegalArgumentException("The tensor name " + name + " is taken");
      }
    }
    long bytes = new TensorInfo(name, type, shape).bytes();
    Shard last = shards.get(shards.size() - 1);
    if (!last.names.isEmpty() && last.bytes + bytes > limit) {
      last = new Shard();
      shards.add(last);
    }
    last.writer.put(name, type, shape, values);
    last.names.add(name);
    last.bytes += bytes;
    return this;
  }

  /**
   * Writes the files, each as a whole or not at all, and the index after all of them.
   *
   * @param folder the folder, which must exist
   * @param stem what the names start with, such as {@code diffusion_pytorch_model}
   * @return the files that were written, the index, if there is one, last
   * @throws IOException if there is no room for the files, or writing fails; what is complete stays
   */
  public List<Path> write(Path folder, String stem) throws IOException {
    requireRoom(folder);
    List<Path> files = new ArrayList<>();
    JsonObject map = new JsonObject();
    long total = 0;
    for (int i = 0; i < shards.size(); i++) {
      String name =
          shards.size() == 1
              ? stem + ENDING
              : "%s-%05d-of-%05d%s".formatted(stem, i + 1, shards.size(), ENDING);
      Shard shard = shards.get(i);
      shard.writer.write(folder.resolve(name));
      files.add(folder.resolve(name));
      shard.names.forEach(tensor -> map.addProperty(tensor, name));
      total += shard.bytes;
    }
    if (shards.size() > 1) {
      files.add(folder.resolve(stem + ENDING + ".index.json"));
      AtomicFiles.writeString(files.get(files.size() - 1), index(total, map));
    }
    return files;
  }

  private void requireRoom(Path folder) throws IOException {
    long bytes = shards.stream().mapToLong(shard -> shard.bytes).sum();
    long room = Files.getFileStore(folder).getUsableSpace();
    if (room < bytes) {
      throw new IOException(
          "%s has room for %.1f GB, the model takes %.1f GB; choose another folder"
              .formatted(folder, room / 1e9, bytes / 1e9));
    }
  }

  private static String index(long total, JsonObject map) {
    JsonObject metadata = new JsonObject();
    metadata.addProperty("total_size", total);
    JsonObject index = new JsonObject();
    index.add("metadata", metadata);
    index.add("weight_map", map);
    return index.toString();
  }
}
