package io.harmonica.dit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.checkpoint.torch.TorchFileWriter;
import io.harmonica.model.RandomTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Checkpoints of any size with random weights: enough to measure time and memory, and to try a
 * setup before downloading gigabytes. Unlike a model that is to be trained, no branch is silent.
 * Written tensor by tensor, each drawn from the seed and its own number.
 */
public final class RandomDit {
  private static final String CONFIG = "config";

  private RandomDit() {}

  /**
   * Writes a safetensors file, with the configuration in its metadata.
   *
   * @param file the file to write; its folder must exist
   * @param config the model's shape
   * @param seed the same seed gives the same bytes on every machine
   * @throws IOException if writing fails
   */
  public static void writeSafetensors(Path file, DitConfig config, long seed) throws IOException {
    writeSafetensors(file, config, Map.of(), seed);
  }

  /**
   * Writes a safetensors file, with the configuration in its metadata.
   *
   * @param file the file to write; its folder must exist
   * @param config the model's shape
   * @param entries what the configuration says beside the shape
   * @param seed the same seed gives the same bytes on every machine
   * @throws IOException if writing fails
   */
  public static void writeSafetensors(
      Path file, DitConfig config, Map<String, String> entries, long seed) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter().metadata(CONFIG, json(config, entries));
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
  public static void writeTorch(Path file, DitConfig config, long seed) throws IOException {
    writeTorch(file, config, Map.of(), seed);
  }

  /**
   * Writes a PyTorch file, with the configuration as a text beside the tensors.
   *
   * @param file the file to write; its folder must exist
   * @param config the model's shape
   * @param entries what the configuration says beside the shape
   * @param seed the same seed gives the same bytes on every machine
   * @throws IOException if writing fails
   */
  public static void writeTorch(Path file, DitConfig config, Map<String, String> entries, long seed)
      throws IOException {
    TorchFileWriter writer = new TorchFileWriter().put(CONFIG, json(config, entries));
    forEach(config, seed, (name, shape, values) -> writer.put(name, shape, values));
    writer.write(file);
  }

  /**
   * Makes the weights in memory.
   *
   * @param manager owns the arrays
   * @param config the model's shape
   * @param seed the same seed gives the values of the file that the other methods write
   * @return the tensors by the public DiT names
   */
  public static Map<String, NDArray> create(NDManager manager, DitConfig config, long seed) {
    Map<String, NDArray> weights = new LinkedHashMap<>();
    forEach(
        config,
        seed,
        (name, shape, values) -> weights.put(name, manager.create(values.get(), shape)));
    return weights;
  }

  private static String json(DitConfig config, Map<String, String> entries) {
    JsonObject members = JsonParser.parseString(config.toJson()).getAsJsonObject();
    entries.forEach(members::addProperty);
    return new GsonBuilder().setPrettyPrinting().create().toJson(members);
  }

  @FunctionalInterface
  private interface Sink {
    void put(String name, Shape shape, Supplier<float[]> values);
  }

  private static void forEach(DitConfig config, long seed, Sink sink) {
    long number = 0;
    for (var tensor : DitShapes.of(config).entrySet()) {
      String name = tensor.getKey();
      Shape shape = tensor.getValue();
      long stream = number++;
      sink.put(
          name,
          shape,
          () ->
              name.equals(DitShapes.POSITION)
                  ? DitInit.positions(config)
                  : RandomTensors.uniform(shape, seed, stream));
    }
  }
}
