package io.harmonica.dit;

import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tensors of a DiT checkpoint, by the public names. */
final class DitShapes {
  /** The one tensor that may be missing: it follows from the configuration. */
  static final String POSITION = "pos_embed";

  private static final int TIME_WAVES = 256;

  private final Map<String, Shape> shapes = new LinkedHashMap<>();

  private DitShapes() {}

  static Map<String, Shape> of(DitConfig config) {
    DitShapes names = new DitShapes();
    long d = config.hiddenSize();
    long p = config.patchSize();
    names.shapes.put(POSITION, new Shape(1, config.tokens(), d));
    names.shapes.put("x_embedder.proj.weight", new Shape(d, config.inChannels(), p, p));
    names.shapes.put("x_embedder.proj.bias", new Shape(d));
    names.linear("t_embedder.mlp.0", d, TIME_WAVES);
    names.linear("t_embedder.mlp.2", d, d);
    long labels = (long) config.numClasses() + (config.hasNullLabel() ? 1 : 0);
    names.shapes.put("y_embedder.embedding_table.weight", new Shape(labels, d));
    for (int block = 0; block < config.depth(); block++) {
      String prefix = "blocks." + block + ".";
      names.linear(prefix + "attn.qkv", 3 * d, d);
      names.linear(prefix + "attn.proj", d, d);
      names.linear(prefix + "mlp.fc1", config.mlpSize(), d);
      names.linear(prefix + "mlp.fc2", d, config.mlpSize());
      names.linear(prefix + "adaLN_modulation.1", 6 * d, d);
    }
    names.linear("final_layer.linear", p * p * config.outChannels(), d);
    names.linear("final_layer.adaLN_modulation.1", 2 * d, d);
    return names.shapes;
  }

  private void linear(String name, long out, long in) {
    shapes.put(name + ".weight", new Shape(out, in));
    shapes.put(name + ".bias", new Shape(out));
  }
}
