package io.harmonica.clip;

import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The tensors of a CLIP, by their names in transformers. */
final class ClipShapes {
  static final String TEXT = "text_model.";
  static final String IMAGE = "vision_model.";
  static final String WORDS = TEXT + "embeddings.token_embedding.weight";
  static final String TEXT_PLACES = TEXT + "embeddings.position_embedding.weight";
  static final String TEXT_NORM = TEXT + "final_layer_norm";
  static final String TEXT_PROJECTION = "text_projection.weight";
  static final String WHOLE = IMAGE + "embeddings.class_embedding";
  static final String PATCHES = IMAGE + "embeddings.patch_embedding.weight";
  static final String IMAGE_PLACES = IMAGE + "embeddings.position_embedding.weight";

  /** Spelt as in the files. */
  static final String FIRST_NORM = IMAGE + "pre_layrnorm";

  static final String IMAGE_NORM = IMAGE + "post_layernorm";
  static final String IMAGE_PROJECTION = "visual_projection.weight";

  /** What files may hold beside: counters, and the temperature of the training. */
  static final Set<String> OPTIONAL =
      Set.of(TEXT + "embeddings.position_ids", IMAGE + "embeddings.position_ids", "logit_scale");

  private final Map<String, Shape> shapes = new LinkedHashMap<>();

  private ClipShapes() {}

  static Map<String, Shape> of(ClipConfig config) {
    ClipShapes all = new ClipShapes();
    int text = config.text().width();
    int image = config.image().width();
    int patch = config.patchSize();
    all.shapes.put(WORDS, new Shape(config.vocabSize(), text));
    all.shapes.put(TEXT_PLACES, new Shape(config.textLength(), text));
    all.tower(TEXT, config.text());
    all.norm(TEXT_NORM, text);
    all.shapes.put(WHOLE, new Shape(image));
    all.shapes.put(PATCHES, new Shape(image, 3, patch, patch));
    all.shapes.put(IMAGE_PLACES, new Shape(config.imageTokens(), image));
    all.norm(FIRST_NORM, image);
    all.tower(IMAGE, config.image());
    all.norm(IMAGE_NORM, image);
    all.shapes.put(IMAGE_PROJECTION, new Shape(config.projection(), image));
    all.shapes.put(TEXT_PROJECTION, new Shape(config.projection(), text));
    return all.shapes;
  }

  static String layer(String tower, int layer) {
    return tower + "encoder.layers." + layer + ".";
  }

  private void tower(String name, ClipTower tower) {
    int d = tower.width();
    for (int layer = 0; layer < tower.layers(); layer++) {
      String prefix = layer(name, layer);
      norm(prefix + "layer_norm1", d);
      for (String part : List.of("q_proj", "k_proj", "v_proj", "out_proj")) {
        linear(prefix + "self_attn." + part, d, d);
      }
      norm(prefix + "layer_norm2", d);
      linear(prefix + "mlp.fc1", tower.feedForwardWidth(), d);
      linear(prefix + "mlp.fc2", d, tower.feedForwardWidth());
    }
  }

  private void norm(String name, int width) {
    shapes.put(name + ".weight", new Shape(width));
    shapes.put(name + ".bias", new Shape(width));
  }

  private void linear(String name, int out, int in) {
    shapes.put(name + ".weight", new Shape(out, in));
    shapes.put(name + ".bias", new Shape(out));
  }
}
