package io.harmonica.text;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.harmonica.model.ModelJson;
import io.harmonica.model.ModelValues;
import java.util.List;

/**
 * The shape of a T5 encoder of version 1.1 (Raffel et al., 2020; Shazeer, 2020): gated feed-forward
 * layers, no biases.
 *
 * @param vocabSize rows of the embedding table
 * @param width length of a token's vector
 * @param headWidth length of a head's queries, keys and values; heads times this may differ from
 *     the width
 * @param heads attention heads
 * @param layers blocks of attention and feed-forward
 * @param feedForwardWidth length of a token's vector inside a feed-forward layer
 * @param buckets classes of distances between tokens, half of them for each direction
 * @param maxDistance from which distance on all share one class
 * @param epsilon what the norms add to the mean square
 */
public record T5Config(
    int vocabSize,
    int width,
    int headWidth,
    int heads,
    int layers,
    int feedForwardWidth,
    int buckets,
    int maxDistance,
    double epsilon) {

  private static final String OTHERWISE = "only T5 v1.1 encoders are supported";
  private static final String CLASS = "T5EncoderModel";
  private static final String TYPE = "t5";
  private static final String FEED_FORWARD = "gated-gelu";
  private static final String ACTIVATION = "gelu_new";
  private static final int MAX_WIDTH = 1 << 16;

  /**
   * Checks the sizes.
   *
   * @param vocabSize rows of the embedding table
   * @param width length of a token's vector
   * @param headWidth length of a head's vectors
   * @param heads attention heads
   * @param layers blocks
   * @param feedForwardWidth inner length of the feed-forward layers
   * @param buckets classes of distances, a multiple of 4
   * @param maxDistance from which distance on all share one class, above a quarter of the buckets
   * @param epsilon above 0 and below 1
   * @throws IllegalArgumentException if one is out of range; the message names it
   */
  public T5Config {
    ModelValues.within("vocab_size", vocabSize, 1, 1 << 22);
    ModelValues.within("d_model", width, 1, MAX_WIDTH);
    ModelValues.within("d_kv", headWidth, 1, MAX_WIDTH);
    ModelValues.within("num_heads", heads, 1, 1024);
    ModelValues.within("d_kv times num_heads", (long) headWidth * heads, 1, MAX_WIDTH);
    ModelValues.within("num_layers", layers, 1, 1024);
    ModelValues.within("d_ff", feedForwardWidth, 1, 1 << 18);
    ModelValues.within("relative_attention_num_buckets", buckets, 4, 1 << 16);
    if (buckets % 4 != 0) {
      throw new IllegalArgumentException(
          "relative_attention_num_buckets is " + buckets + ", expected a multiple of 4");
    }
    ModelValues.within("relative_attention_max_distance", maxDistance, buckets / 4 + 1, 1 << 20);
    if (!(epsilon > 0 && epsilon < 1)) {
      throw new IllegalArgumentException(
          "layer_norm_epsilon is " + epsilon + ", expected a number above 0 and below 1");
    }
  }

  /** {@return the shape of T5 v1.1 XXL's encoder, which PixArt uses: 4.76 billion parameters} */
  public static T5Config xxl() {
    return new T5Config(32_128, 4096, 64, 64, 24, 10_240, 32, 128, 1e-6);
  }

  /**
   * Reads the {@code config.json} of a {@code T5EncoderModel} as published with transformers.
   *
   * @param json the text
   * @return the configuration
   * @throws IllegalArgumentException if it is not JSON, describes another architecture, or a member
   *     is missing or out of range
   */
  public static T5Config fromJson(String json) {
    ModelJson members = ModelJson.parse(json);
    refuseOthers(members);
    return new T5Config(
        members.integer("vocab_size"),
        members.integer("d_model"),
        members.integer("d_kv"),
        members.integer("num_heads"),
        members.integer("num_layers"),
        members.integer("d_ff"),
        members.integer("relative_attention_num_buckets", 32),
        members.integer("relative_attention_max_distance", 128),
        members.number("layer_norm_epsilon", 1e-6));
  }

  private static void refuseOthers(ModelJson members) {
    List<String> architectures = members.texts("architectures");
    if (!architectures.isEmpty() && !architectures.contains(CLASS)) {
      ModelValues.expect("architectures", String.join(", ", architectures), CLASS, OTHERWISE);
    }
    ModelValues.expect("model_type", members.text("model_type", TYPE), TYPE, OTHERWISE);
    // Without this member the configuration means the first T5, whose layers have no gate.
    ModelValues.expect(
        "feed_forward_proj", members.text("feed_forward_proj", "relu"), FEED_FORWARD, OTHERWISE);
    ModelValues.expect(
        "dense_act_fn", members.text("dense_act_fn", ACTIVATION), ACTIVATION, OTHERWISE);
  }

  /** {@return the configuration as {@link #fromJson} reads it} */
  public String toJson() {
    JsonObject members = new JsonObject();
    JsonArray architectures = new JsonArray();
    architectures.add(CLASS);
    members.add("architectures", architectures);
    members.addProperty("model_type", TYPE);
    members.addProperty("vocab_size", vocabSize);
    members.addProperty("d_model", width);
    members.addProperty("d_kv", headWidth);
    members.addProperty("num_heads", heads);
    members.addProperty("num_layers", layers);
    members.addProperty("d_ff", feedForwardWidth);
    members.addProperty("relative_attention_num_buckets", buckets);
    members.addProperty("relative_attention_max_distance", maxDistance);
    members.addProperty("layer_norm_epsilon", epsilon);
    members.addProperty("feed_forward_proj", FEED_FORWARD);
    members.addProperty("dense_act_fn", ACTIVATION);
    return members.toString();
  }

  /** {@return the length of all heads' vectors together: heads times head width} */
  int innerWidth() {
    return heads * headWidth;
  }
}
