package io.harmonica.pixart;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.ShardedSafetensorsWriter;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.model.RandomTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * PixArt transformers of any size with random weights, laid out like a downloaded pipeline: enough
 * to measure time and memory. Written tensor by tensor.
 */
public final class RandomPixArt {
  private RandomPixArt() {}

  /**
   * Writes a pipeline's description and its folders {@code transformer} and {@code scheduler}; the
   * other parts can be copied there.
   *
   * @param pipeline the pipeline's folder; created if need be
   * @param config the transformer's shape
   * @param type how the weights are stored: F32, F16 or BF16
   * @param limit bytes of tensors that a file may hold; beyond that there are several and an index
   * @param seed the same seed gives the same bytes on every machine
   * @throws IOException if writing fails
   */
  public static void write(
      Path pipeline, PixArtConfig config, TensorType type, long limit, long seed)
      throws IOException {
    ShardedSafetensorsWriter writer = new ShardedSafetensorsWriter(limit);
    long next = 0;
    for (Map.Entry<String, Shape> tensor : PixArtTensors.shapes(config).entrySet()) {
      Shape shape = tensor.getValue();
      long number = next++;
      writer.put(tensor.getKey(), type, shape, () -> RandomTensors.uniform(shape, seed, number));
    }
    PixArtFiles.latents().write(pipeline, config, writer);
  }
}
