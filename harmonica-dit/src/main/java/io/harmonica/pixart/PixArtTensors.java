package io.harmonica.pixart;

import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tensors of a PixArt transformer: as diffusers stores them, and as the model uses them, with
 * queries, keys and values in one.
 */
final class PixArtTensors {
  static final String TABLE = "scale_shift_table";
  static final String SELF_QKV = "attn1.to_qkv";
  static final String CROSS_KV = "attn2.to_kv";
  static final String TIME = "adaln_single.emb.timestep_embedder";
  static final String RESOLUTION = "adaln_single.emb.resolution_embedder";
  static final String ASPECT_RATIO = "adaln_single.emb.aspect_ratio_embedder";
  static final String CAPTION = "caption_projection";

  /**
   * What some files hold beside the weights: the embedding that training used for an empty caption,
   * and the position embedding, which follows from the configuration.
   */
  static final Set<String> IGNORED =
      Set.of("caption_projection.y_embedding", "pos_embed.pos_embed");

  private static final int WAVES = 256;

  private final Map<String, Shape> shapes = new LinkedHashMap<>();

  private PixArtTensors() {}

  static String block(int number) {
    return "transformer_blocks." + number + ".";
  }

  /** The stored tensors. */
  static Map<String, Shape> shapes(PixArtConfig config) {
    PixArtTensors names = new PixArtTensors();
    long d = config.hiddenSize();
    long p = config.patchSize();
    names.shapes.put(TABLE, new Shape(2, d));
    names.shapes.put("pos_embed.proj.weight", new Shape(d, config.inChannels(), p, p));
    names.shapes.put("pos_embed.proj.bias", new Shape(d));
    names.twoLayers(TIME, WAVES, d);
    if (config.microConditioned()) {
      names.twoLayers(RESOLUTION, WAVES, d / 3);
      names.twoLayers(ASPECT_RATIO, WAVES, d / 3);
    }
    names.linear("adaln_single.linear", 6 * d, d);
    names.twoLayers(CAPTION, config.captionChannels(), d);
    for (int number = 0; number < config.depth(); number++) {
      String prefix = block(number);
      names.shapes.put(prefix + TABLE, new Shape(6, d));
      for (String attention : List.of("attn1.", "attn2.")) {
        for (String part : List.of("to_q", "to_k", "to_v", "to_out.0")) {
          names.linear(prefix + attention + part, d, d);
        }
      }
      names.linear(prefix + "ff.net.0.proj", config.mlpSize(), d);
      names.linear(prefix + "ff.net.2", d, config.mlpSize());
    }
    names.linear("proj_out", p * p * config.outChannels(), d);
    return names.shapes;
  }

  private void linear(String name, long out, long in) {
    shapes.put(name + ".weight", new Shape(out, in));
    shapes.put(name + ".bias", new Shape(out));
  }

  private void twoLayers(String name, long in, long out) {
    linear(name + ".linear_1", out, in);
    linear(name + ".linear_2", out, out);
  }

  /** The model's names to the stored ones that each is joined from. */
  static Map<String, List<String>> parts(PixArtConfig config) {
    Map<String, List<String>> parts = new LinkedHashMap<>();
    shapes(config).keySet().forEach(name -> parts.put(name, List.of(name)));
    for (int number = 0; number < config.depth(); number++) {
      join(parts, block(number), SELF_QKV, "attn1.to_q", "attn1.to_k", "attn1.to_v");
      join(parts, block(number), CROSS_KV, "attn2.to_k", "attn2.to_v");
    }
    return parts;
  }

  private static void join(
      Map<String, List<String>> parts, String prefix, String to, String... from) {
    for (String kind : List.of(".weight", ".bias")) {
      List<String> stored = List.of(from).stream().map(name -> prefix + name + kind).toList();
      stored.forEach(parts::remove);
      parts.put(prefix + to + kind, stored);
    }
  }
}
