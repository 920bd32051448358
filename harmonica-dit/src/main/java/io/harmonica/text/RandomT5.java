package io.harmonica.text;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.ShardedSafetensorsWriter;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.diffusion.Noise;
import io.harmonica.files.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Text encoders of any size with random weights, in the folder layout of transformers: enough to
 * measure time and memory, and to try a setup before downloading gigabytes. Written tensor by
 * tensor, each drawn from the seed and its own number.
 */
public final class RandomT5 {
  /** What transformers has long cut models into. */
  public static final long SHARD_BYTES = 5_000_000_000L;

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
    ShardedSafetensorsWriter writer = new ShardedSafetensorsWriter(shardBytes);
    long next = 0;
    for (Map.Entry<String, Shape> tensor : T5Shapes.of(config).entrySet()) {
      String name = tensor.getKey();
      Shape shape = tensor.getValue();
      long stream = next++;
      writer.put(name, type, shape, () -> values(config, name, shape, seed, stream));
    }
    Files.createDirectories(folder);
    writer.write(folder, "model");
    AtomicFiles.writeString(folder.resolve("config.json"), config.toJson());
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
