package io.harmonica.dit;

import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.model.ModelJson;
import io.harmonica.model.ModelValues;
import io.harmonica.model.RenamedTensors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The diffusers layout of a DiT, such as the folder {@code transformer} of {@code
 * facebook/DiT-XL-2-256}. It is the public model in other words, but for two details: diffusers
 * spaces the frequencies of the time embedding differently (see {@link DitConfig#frequencyShift}),
 * and it keeps a copy of the time and label embedders in every block.
 */
public final class DiffusersDit {
  private static final String OTHERWISE = "this is no DiT";
  private static final String CLASS = "_class_name";
  private static final String NEW_CLASS = "DiTTransformer2DModel";
  private static final String OLD_CLASS = "Transformer2DModel";

  /** A class around a SiT, whose configuration and tensors keep the public names. */
  private static final String PUBLIC_CLASS = "SiTTransformer2DModel";

  /** The tensor by which the layout is known. */
  static final String PATCH = "pos_embed.proj.weight";

  private static final String BLOCKS = "transformer_blocks.";
  private static final int SHOWN = 8;

  /** Public names of the embedders to those within a block's {@code norm1.emb}. */
  private static final Map<String, String> EMBEDDERS = new LinkedHashMap<>();

  static {
    EMBEDDERS.put("t_embedder.mlp.0.weight", "timestep_embedder.linear_1.weight");
    EMBEDDERS.put("t_embedder.mlp.0.bias", "timestep_embedder.linear_1.bias");
    EMBEDDERS.put("t_embedder.mlp.2.weight", "timestep_embedder.linear_2.weight");
    EMBEDDERS.put("t_embedder.mlp.2.bias", "timestep_embedder.linear_2.bias");
    EMBEDDERS.put("y_embedder.embedding_table.weight", "class_embedder.embedding_table.weight");
  }

  private DiffusersDit() {}

  /**
   * Tells whether a configuration has diffusers' names.
   *
   * @param json the text of a {@code config.json}
   * @return true if it names a class that renames its members
   * @throws IllegalArgumentException if it is no JSON object
   */
  public static boolean isConfig(String json) {
    ModelJson members = ModelJson.parse(json);
    return members.has(CLASS) && !members.text(CLASS, "").equals(PUBLIC_CLASS);
  }

  /**
   * Tells whether a checkpoint has the names of diffusers.
   *
   * @param source an open checkpoint
   * @return true if it needs {@link #asDit}
   */
  public static boolean isNamedSo(TensorSource source) {
    return source.contains(PATCH);
  }

  /**
   * Reads the {@code config.json} of a {@code DiTTransformer2DModel}, or of a {@code
   * Transformer2DModel} with {@code ada_norm_zero}, as it was called before.
   *
   * @param json the text
   * @return the configuration, with the frequencies as in diffusers
   * @throws IllegalArgumentException if it is not JSON, describes another architecture, or a member
   *     is missing or out of range
   */
  public static DitConfig config(String json) {
    ModelJson members = ModelJson.parse(json);
    boolean now = members.text(CLASS, "").equals(NEW_CLASS);
    if (!now) {
      ModelValues.expect(CLASS, members.text(CLASS, ""), OLD_CLASS, OTHERWISE);
    }
    // What a missing member means differs between the two classes.
    ModelValues.expect(
        "norm_type",
        members.text("norm_type", now ? "ada_norm_zero" : ""),
        "ada_norm_zero",
        OTHERWISE);
    String activation = members.text("activation_fn", now ? "gelu-approximate" : "geglu");
    ModelValues.expect("activation_fn", activation, "gelu-approximate", OTHERWISE);
    ModelValues.expect("attention_bias", members.flag("attention_bias", now), true, OTHERWISE);
    ModelValues.expect(
        "norm_elementwise_affine", members.flag("norm_elementwise_affine", !now), false, OTHERWISE);
    int channels = members.integer("in_channels", 4);
    int heads = members.integer("num_attention_heads", 16);
    long width = (long) heads * members.integer("attention_head_dim", now ? 72 : 88);
    ModelValues.within("num_attention_heads x attention_head_dim", width, 1, DitConfig.MOST);
    return new DitConfig(
        members.integer("sample_size"),
        members.integer("patch_size", 2),
        channels,
        (int) width,
        members.integer("num_layers", now ? 28 : 1),
        heads,
        4,
        members.integer("num_embeds_ada_norm", 1000),
        0.1,
        learnsSigma(channels, members.integer("out_channels", channels)),
        1);
  }

  private static boolean learnsSigma(int in, int out) {
    if (out != in && out != 2 * in) {
      throw new IllegalArgumentException(
          "out_channels is "
              + out
              + ", expected in_channels or twice that, "
              + in
              + " or "
              + 2 * in);
    }
    return out == 2 * in;
  }

  /**
   * Presents a checkpoint under the public DiT names, for {@link DitWeights#load}. Query, key and
   * value become one tensor; of the embedders' copies the first is taken.
   *
   * @param diffusers an open checkpoint with the names of diffusers; closed with the result
   * @param config the model's shape
   * @return the same tensors under the public names; what has none keeps its own
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if tensors are missing, or if the copies of the embedders
   *     differ, so that no model with only one of each could stand for it
   */
  public static TensorSource asDit(TensorSource diffusers, DitConfig config) throws IOException {
    Map<String, List<String>> names = names(config);
    if (diffusers.contains("pos_embed.pos_embed")) {
      names.put(DitShapes.POSITION, List.of("pos_embed.pos_embed"));
    }
    refuseMissing(diffusers, names);
    refuseDifferentCopies(diffusers, config.depth());
    Set<String> unnamed = new LinkedHashSet<>(diffusers.names());
    names.values().forEach(unnamed::removeAll);
    for (int block = 1; block < config.depth(); block++) {
      for (String embedder : EMBEDDERS.values()) {
        unnamed.remove(embedder(block, embedder));
      }
    }
    unnamed.forEach(name -> names.put(name, List.of(name)));
    return RenamedTensors.of(diffusers, names);
  }

  private static Map<String, List<String>> names(DitConfig config) {
    Map<String, List<String>> names = new LinkedHashMap<>();
    layer(names, "x_embedder.proj", "pos_embed.proj");
    EMBEDDERS.forEach((name, part) -> names.put(name, List.of(embedder(0, part))));
    for (int block = 0; block < config.depth(); block++) {
      String to = "blocks." + block + ".";
      String from = BLOCKS + block + ".";
      layer(names, to + "attn.qkv", from + "attn1.to_q", from + "attn1.to_k", from + "attn1.to_v");
      layer(names, to + "attn.proj", from + "attn1.to_out.0");
      layer(names, to + "mlp.fc1", from + "ff.net.0.proj");
      layer(names, to + "mlp.fc2", from + "ff.net.2");
      layer(names, to + "adaLN_modulation.1", from + "norm1.linear");
    }
    layer(names, "final_layer.adaLN_modulation.1", "proj_out_1");
    layer(names, "final_layer.linear", "proj_out_2");
    return names;
  }

  private static void layer(Map<String, List<String>> names, String to, String... from) {
    for (String part : List.of(".weight", ".bias")) {
      names.put(to + part, Stream.of(from).map(name -> name + part).toList());
    }
  }

  private static String embedder(int block, String part) {
    return BLOCKS + block + ".norm1.emb." + part;
  }

  private static void refuseMissing(TensorSource source, Map<String, List<String>> names) {
    List<String> missing = new ArrayList<>();
    for (List<String> parts : names.values()) {
      parts.stream().filter(part -> !source.contains(part)).forEach(missing::add);
    }
    if (!missing.isEmpty()) {
      int shown = Math.min(missing.size(), SHOWN);
      throw new IllegalArgumentException(
          source.path()
              + " does not hold the weights of this configuration, these are missing: "
              + String.join(", ", missing.subList(0, shown))
              + (shown < missing.size() ? ", and " + (missing.size() - shown) + " more" : ""));
    }
  }

  private static void refuseDifferentCopies(TensorSource source, int depth) throws IOException {
    for (String part : EMBEDDERS.values()) {
      float[] first = source.readFloats(embedder(0, part));
      for (int block = 1; block < depth; block++) {
        String copy = embedder(block, part);
        if (source.contains(copy) && !Arrays.equals(first, source.readFloats(copy))) {
          throw new IllegalArgumentException(
              source.path()
                  + ": "
                  + copy
                  + " differs from block 0's; only models whose blocks share their embedders, as"
                  + " DiT's do, are supported");
        }
      }
    }
  }
}
