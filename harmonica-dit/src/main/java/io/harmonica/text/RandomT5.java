package io.harmonica.text;

import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import io.harmonica.checkpoint.AtomicFiles;
import io.harmonica.checkpoint.SafetensorsWriter;
import io.harmonica.checkpoint.TensorType;
import io.harmonica.diffusion.Noise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Text encoders of any size with random weights, in the folder layout of transformers: enough to
 * measure time and memory, and to try a setup before downloading gigabytes. Written tensor by
 * tensor, each drawn from the seed and its own number.
 */
public final class RandomT5 {
  /** What transformers has long cut models into. */
  public static final long SHARD_BYTES = 5_000_000_000L;

  private static final String WEIGHTS = "model.safetensors";

  private RandomT5() {}

  /**
   * Writes {@code config.json}, the weights in files of bounded size, and last their index; a model
   * that fits in one file has no index. Takes twice the bytes of the largest tensor in float32 as
   * memory, which for T5-XXL is 0.6 GB.
   *
   * @param folder the folder; made if it is not there
   * @param config the encoder's shape
   * @param type what weights are stored as: F32, F16 or BF16
   * @param seed the same seed gives the same bytes on every machine
   * @param shardBytes no file has more bytes of weights, unless a single tensor does
   * @throws IOException if there is no room for the files or writing fails
   * @throws IllegalArgumentException for another type, or if shardBytes is below 1
   */
  public static void write(
      Path folder, T5Config config, TensorType type, long seed, long shardBytes)
      throws IOException {
    if (shardBytes < 1) {
      throw new IllegalArgumentException("shardBytes is " + shardBytes + ", expected 1 or more");
    }
    Map<String, Shape> shapes = T5Shapes.of(config);
    long bytes = shapes.values().stream().mapToLong(Shape::size).sum() * type.bytes();
    Files.createDirectories(folder);
    long room = Files.getFileStore(folder).getUsableSpace();
    if (room < bytes) {
      throw new IOException(
          "%s has room for %.1f GB, the text encoder takes %.1f GB; choose another folder"
              .formatted(folder, room / 1e9, bytes / 1e9));
    }
    List<List<String>> shards = shards(shapes, type, shardBytes);
    List<String> names = List.copyOf(shapes.keySet());
    JsonObject places = new JsonObject();
    for (int i = 0; i < shards.size(); i++) {
      String file =
          shards.size() == 1
              ? WEIGHTS
              : "model-%05d-of-%05d.safetensors".formatted(i + 1, shards.size());
      SafetensorsWriter writer = new SafetensorsWriter().metadata("format", "pt");
      for (String name : shards.get(i)) {
        Shape shape = shapes.get(name);
        long stream = names.indexOf(name);
        writer.put(name, type, shape, () -> values(config, name, shape, seed, stream));
        places.addProperty(name, file);
      }
      writer.write(folder.resolve(file));
    }
    AtomicFiles.writeString(folder.resolve("config.json"), config.toJson());
    if (shards.size() > 1) {
      AtomicFiles.writeString(folder.resolve(WEIGHTS + ".index.json"), index(places, bytes));
    }
  }

  /** Distributes the tensors in their order. */
  private static List<List<String>> shards(
      Map<String, Shape> shapes, TensorType type, long shardBytes) {
    List<List<String>> shards = new ArrayList<>();
    long left = 0;
    for (Map.Entry<String, Shape> tensor : shapes.entrySet()) {
      long bytes = tensor.getValue().size() * type.bytes();
      if (shards.isEmpty() || bytes > left) {
        shards.add(new ArrayList<>());
        left = shardBytes;
      }
      shards.get(shards.size() - 1).add(tensor.getKey());
      left -= bytes;
    }
    return shards;
  }

  private static String index(JsonObject places, long bytes) {
    JsonObject metadata = new JsonObject();
    metadata.addProperty("total_size", bytes);
    JsonObject index = new JsonObject();
    index.add("metadata", metadata);
    index.add("weight_map", places);
    return index.toString();
  }

  /** Uniform, of such variance that what goes through a layer keeps its size; norms are 1. */
  private static float[] values(T5Config config, String name, Shape shape, long seed, long stream) {
    float[] values = new float[Math.toIntExact(shape.size())];
    if (shape.dimension() == 1) {
      Arrays.fill(values, 1);
      return values;
    }
    double inputs = shape.get(1);
    if (name.equals(T5Shapes.EMBEDDING) || name.equals(T5Shapes.DISTANCES)) {
      inputs = 1;
    } else if (name.endsWith(".q.weight")) {
      // Attention does not divide its scores by the root of the head's width; the queries do it.
      inputs *= config.headWidth();
    }
    float bound = (float) Math.sqrt(3 / inputs);
    fill(values, bound, Noise.random(seed, stream).nextLong());
    return values;
  }

  /** SplitMix64 (Steele et al., 2014), two numbers a step: there are billions to draw. */
  private static void fill(float[] values, float bound, long start) {
    float unit = bound * 0x1p-31f;
    long state = start;
    for (int i = 0; i < values.length; i += 2) {
      state += 0x9E3779B97F4A7C15L;
      long mixed = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
      mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
      mixed ^= mixed >>> 31;
      values[i] = (int) mixed * unit;
      if (i + 1 < values.length) {
        values[i + 1] = (int) (mixed >> 32) * unit;
      }
    }
  }
}
