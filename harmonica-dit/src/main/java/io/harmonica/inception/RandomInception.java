package io.harmonica.inception;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.model.RandomTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * The network with random weights: enough to try an evaluation, and to measure time and memory.
 * What it says of images compares with nothing. Written tensor by tensor.
 */
public final class RandomInception {
  private RandomInception() {}

  /**
   * Writes a checkpoint of about 95 MB.
   *
   * @param file the safetensors file
   * @param seed the same seed gives the same bytes on every machine
   * @throws IOException if writing fails
   */
  public static void write(Path file, long seed) throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    long next = 0;
    for (Map.Entry<String, Shape> tensor : InceptionBlocks.shapes().entrySet()) {
      String name = tensor.getKey();
      Shape shape = tensor.getValue();
      long number = next++;
      writer.put(name, TensorType.F32, shape, () -> values(name, shape, seed, number));
    }
    writer.write(file);
  }

  private static float[] values(String name, Shape shape, long seed, long number) {
    float[] values = RandomTensors.uniform(shape, seed, number);
    if (name.endsWith("bn.weight") || name.endsWith("bn.running_var")) {
      Arrays.fill(values, 1);
    } else if (name.endsWith("bn.running_mean")) {
      Arrays.fill(values, 0);
    } else if (name.endsWith("conv.weight")) {
      // A ReLU halves the mean square.
      for (int i = 0; i < values.length; i++) {
        values[i] *= (float) Math.sqrt(2);
      }
    }
    return values;
  }
}
