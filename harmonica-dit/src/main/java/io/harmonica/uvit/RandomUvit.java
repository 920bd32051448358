package io.harmonica.uvit;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.checkpoint.torch.TorchFileWriter;
import io.harmonica.model.RandomTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;

/**
 * U-ViT checkpoints of any size with random weights: enough to measure time and memory, and to try
 * a setup before downloading gigabytes. Written tensor by tensor, each drawn from the seed and its
 * own number.
 */
public final class RandomUvit {
  private static final String CONFIG = "config";

  private RandomUvit() {}

  /**
   * Writes a safetensors file, with the configuration in its metadata.
   *
   * @param file the file to write; its folder must exist
   * @param config the model's shape
   * @param seed the same seed gives the same bytes on every machine
   * @throws IOException if writing fails
   */
  public static void writeSafetensors(Path file, UvitConfig config, long seed) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter().metadata(CONFIG, config.toJson());
    forEach(config, seed, (name, shape, values) -> writer.put(name, TensorType.F32, shape, values));
    writer.write(file);
  }

  /**
   * Writes a PyTorch file, with the configuration as a text beside the tensors.
   *
   * @param file the file to write; its folder must exist
   * @param config the model's shape
   * @param seed the same seed gives the same bytes on every machine
   * @throws IOException if writing fails
   */
  public static void writeTorch(Path file, UvitConfig config, long seed) throws IOException {
    TorchFileWriter writer = new TorchFileWriter().put(CONFIG, config.toJson());
    forEach(config, seed, (name, shape, values) -> writer.put(name, shape, values));
    writer.write(file);
  }

  @FunctionalInterface
  private interface Sink {
    void put(String name, Shape shape, Supplier<float[]> values);
  }

  private static void forEach(UvitConfig config, long seed, Sink sink) {
    long number = 0;
    for (Map.Entry<String, Shape> tensor : UvitShapes.of(config).entrySet()) {
      Shape shape = tensor.getValue();
      String name = tensor.getKey();
      long stream = number++;
      boolean scale = name.endsWith(".weight") && name.contains("norm");
      sink.put(name, shape, () -> scale ? ones(shape) : RandomTensors.uniform(shape, seed, stream));
    }
  }

  private static float[] ones(Shape shape) {
    float[] ones = new float[Math.toIntExact(shape.size())];
    Arrays.fill(ones, 1);
    return ones;
  }
}
