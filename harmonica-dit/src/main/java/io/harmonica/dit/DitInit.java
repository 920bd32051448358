package io.harmonica.dit;

import ai.djl.ndarray.types.Shape;
import java.util.Random;

/**
 * First values of a DiT that is to be trained (Peebles and Xie, 2023, adaLN-Zero): Glorot-uniform
 * linear layers, normal embeddings, and zeros wherever a branch or the output must start silent.
 * Drawn on the host, so that a seed gives the same values on every machine.
 */
final class DitInit {
  private DitInit() {}

  static float[] values(DitConfig config, String name, Shape shape, Random random) {
    float[] values = new float[Math.toIntExact(shape.size())];
    if (name.equals(DitShapes.POSITION)) {
      return positions(config);
    }
    if (name.endsWith(".bias")
        || name.contains("adaLN_modulation")
        || name.startsWith("final_layer.linear")) {
      return values;
    }
    if (name.startsWith("y_embedder") || name.startsWith("t_embedder")) {
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (0.02 * random.nextGaussian());
      }
      return values;
    }
    long out = shape.get(0);
    long in = shape.size() / out;
    double bound = Math.sqrt(6.0 / (in + out));
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((2 * random.nextDouble() - 1) * bound);
    }
    return values;
  }

  /**
   * The fixed two-dimensional sine-cosine embedding: the first half of a token's vector encodes its
   * column, the second half its row.
   */
  static float[] positions(DitConfig config) {
    int d = config.hiddenSize();
    int quarter = d / 4;
    int grid = config.grid();
    float[] values = new float[config.tokens() * d];
    for (int row = 0; row < grid; row++) {
      for (int column = 0; column < grid; column++) {
        int token = (row * grid + column) * d;
        for (int i = 0; i < quarter; i++) {
          double frequency = Math.pow(10_000, -(double) i / quarter);
          values[token + i] = (float) Math.sin(column * frequency);
          values[token + quarter + i] = (float) Math.cos(column * frequency);
          values[token + 2 * quarter + i] = (float) Math.sin(row * frequency);
          values[token + 3 * quarter + i] = (float) Math.cos(row * frequency);
        }
      }
    }
    return values;
  }
}
