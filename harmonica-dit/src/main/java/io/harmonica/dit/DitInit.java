package io.harmonica.dit;

import ai.djl.ndarray.types.Shape;
import io.harmonica.kernel.SineCosine;
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

  static float[] positions(DitConfig config) {
    return SineCosine.grid(config.grid(), config.grid(), config.hiddenSize(), 1, 1);
  }
}
