package io.harmonica.pixart;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.ShardedSafetensorsWriter;
import io.harmonica.checkpoint.tensor.Matrices;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.diffusion.Noise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * The tensors of a PixArt transformer that is trained: first values, and the way back to the stored
 * names. Queries, keys and values are one tensor in training, and apart on disk.
 */
public final class PixArtWeights {
  private static final double SMALL = 0.02;

  /** Layers whose output is added to something: they start silent. */
  private static final List<String> SILENT =
      List.of("adaln_single.linear", "attn2.to_out.0", "proj_out");

  private PixArtWeights() {}

  /**
   * Draws first values as the paper does (Chen et al., 2023, after Peebles and Xie's adaLN-Zero):
   * Glorot-uniform layers, small normal layers for times, and zeros where a branch or the output
   * must start silent. The caption's layers are Glorot-uniform too, since a small text encoder's
   * vectors are short. Drawn on the host, so that a seed gives the same values on every machine.
   *
   * @param manager owns the arrays
   * @param config the transformer's shape
   * @param seed the seed
   * @return the tensors by the names that {@link PixArtModel} takes, FLOAT32
   */
  public static Map<String, NDArray> initialise(NDManager manager, PixArtConfig config, long seed) {
    Map<String, Shape> shapes = PixArtTensors.shapes(config);
    Random random = Noise.random(seed, 0);
    Map<String, NDArray> weights = new LinkedHashMap<>();
    PixArtTensors.parts(config)
        .forEach(
            (name, stored) -> {
              Shape part = shapes.get(stored.get(0));
              int size = Math.toIntExact(part.size());
              float[] values = new float[size * stored.size()];
              for (int i = 0; i < stored.size(); i++) {
                float[] drawn = values(stored.get(i), part, random);
                System.arraycopy(drawn, 0, values, i * size, size);
              }
              weights.put(name, manager.create(values, joined(part, stored.size())));
            });
    return weights;
  }

  private static Shape joined(Shape part, int parts) {
    long[] lengths = part.getShape().clone();
    lengths[0] *= parts;
    return new Shape(lengths);
  }

  private static float[] values(String name, Shape shape, Random random) {
    float[] values = new float[Math.toIntExact(shape.size())];
    if (name.endsWith(PixArtTensors.TABLE)) {
      // Shift, scale and gate begin near, but not at, doing nothing.
      return normal(values, 1 / Math.sqrt((double) shape.get(1)), random);
    }
    if (name.endsWith(".bias") || SILENT.stream().anyMatch(name::contains)) {
      return values;
    }
    if (name.startsWith(PixArtTensors.TIME)) {
      return normal(values, SMALL, random);
    }
    double bound = Math.sqrt(6.0 / (shape.get(0) + shape.size() / shape.get(0)));
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
    }
    return values;
  }

  private static float[] normal(float[] values, double deviation, Random random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return values;
  }

  /**
   * Writes a pipeline of a trained transformer: its description, {@code transformer} and {@code
   * scheduler}. A tokenizer and a text encoder are put beside them.
   *
   * @param pipeline the pipeline's folder; created if need be
   * @param config the transformer's shape
   * @param weights its tensors by the names of {@link #initialise}
   * @param type how they are stored: F32, F16 or BF16
   * @throws IOException if writing fails
   */
  public static void writePixelPipeline(
      Path pipeline, PixArtConfig config, Map<String, NDArray> weights, TensorType type)
      throws IOException {
    Map<String, Shape> shapes = PixArtTensors.shapes(config);
    ShardedSafetensorsWriter writer = new ShardedSafetensorsWriter(Integer.MAX_VALUE);
    PixArtTensors.parts(config)
        .forEach(
            (name, stored) -> {
              float[] values = Matrices.values(weights.get(name));
              int size = values.length / stored.size();
              for (int i = 0; i < stored.size(); i++) {
                float[] part = Arrays.copyOfRange(values, i * size, (i + 1) * size);
                writer.put(stored.get(i), type, shapes.get(stored.get(i)), () -> part);
              }
            });
    PixArtFiles.pixels().write(pipeline, config, writer);
  }
}
