package io.harmonica.text;

import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tensors of a T5 encoder, by their names in transformers. */
final class T5Shapes {
  static final String EMBEDDING = "shared.weight";

  /** Some files hold the embedding table under this name, or under both. */
  static final String EMBEDDING_TOO = "encoder.embed_tokens.weight";

  static final String DISTANCES =
      "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight";
  static final String FINAL_NORM = "encoder.final_layer_norm.weight";

  private T5Shapes() {}

  static String attention(int layer, String part) {
    return "encoder.block." + layer + ".layer.0.SelfAttention." + part + ".weight";
  }

  static String feedForward(int layer, String part) {
    return "encoder.block." + layer + ".layer.1.DenseReluDense." + part + ".weight";
  }

  static String norm(int layer, int part) {
    return "encoder.block." + layer + ".layer." + part + ".layer_norm.weight";
  }

  /** All shapes, in the order in which the tensors are used. */
  static Map<String, Shape> of(T5Config config) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    long d = config.width();
    long inner = config.innerWidth();
    shapes.put(EMBEDDING, new Shape(config.vocabSize(), d));
    shapes.put(DISTANCES, new Shape(config.buckets(), config.heads()));
    for (int layer = 0; layer < config.layers(); layer++) {
      shapes.put(norm(layer, 0), new Shape(d));
      for (String projection : List.of("q", "k", "v")) {
        shapes.put(attention(layer, projection), new Shape(inner, d));
      }
      shapes.put(attention(layer, "o"), new Shape(d, inner));
      shapes.put(norm(layer, 1), new Shape(d));
      shapes.put(feedForward(layer, "wi_0"), new Shape(config.feedForwardWidth(), d));
      shapes.put(feedForward(layer, "wi_1"), new Shape(config.feedForwardWidth(), d));
      shapes.put(feedForward(layer, "wo"), new Shape(d, config.feedForwardWidth()));
    }
    shapes.put(FINAL_NORM, new Shape(d));
    return shapes;
  }
}
