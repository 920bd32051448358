package io.harmonica.clip;

import com.google.gson.JsonObject;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.model.ModelJson;
import io.harmonica.model.ModelValues;

/**
 * The shape of one of the two transformers.
 *
 * @param width length of a token's vector
 * @param feedForwardWidth its length inside a feed-forward layer
 * @param layers blocks of attention and feed-forward
 * @param heads attention heads
 * @param quick whether the feed-forward layers have {@code x sigmoid(1.702 x)} in place of the GELU
 */
public record ClipTower(int width, int feedForwardWidth, int layers, int heads, boolean quick) {
  private static final String QUICK = "quick_gelu";
  private static final String EXACT = "gelu";

  /**
   * Checks the sizes.
   *
   * @param width see the record
   * @param feedForwardWidth see the record
   * @param layers see the record
   * @param heads see the record
   * @param quick see the record
   * @throws IllegalArgumentException if one is out of range; the message names it
   */
  public ClipTower {
    ModelValues.within("hidden_size", width, 1, 1 << 14);
    ModelValues.within("intermediate_size", feedForwardWidth, 1, 1 << 16);
    ModelValues.within("num_hidden_layers", layers, 1, 256);
    ModelValues.within("num_attention_heads", heads, 1, width);
    if (width % heads != 0) {
      throw new IllegalArgumentException(
          "hidden_size is %d, expected a multiple of num_attention_heads, %d"
              .formatted(width, heads));
    }
  }

  static ClipTower of(ModelJson members, ClipTower usual) {
    String activation = members.text("hidden_act", QUICK);
    if (!activation.equals(QUICK) && !activation.equals(EXACT)) {
      throw new IllegalArgumentException(
          "hidden_act is \"%s\", expected %s or %s"
              .formatted(MalformedCheckpointException.quote(activation), QUICK, EXACT));
    }
    double epsilon = members.number("layer_norm_eps", ClipConfig.EPSILON);
    if (epsilon != ClipConfig.EPSILON) {
      throw new IllegalArgumentException(
          "layer_norm_eps is %s, expected %s".formatted(epsilon, ClipConfig.EPSILON));
    }
    return new ClipTower(
        members.integer("hidden_size", usual.width()),
        members.integer("intermediate_size", usual.feedForwardWidth()),
        members.integer("num_hidden_layers", usual.layers()),
        members.integer("num_attention_heads", usual.heads()),
        activation.equals(QUICK));
  }

  JsonObject toJson() {
    JsonObject members = new JsonObject();
    members.addProperty("hidden_size", width);
    members.addProperty("intermediate_size", feedForwardWidth);
    members.addProperty("num_hidden_layers", layers);
    members.addProperty("num_attention_heads", heads);
    members.addProperty("hidden_act", quick ? QUICK : EXACT);
    return members;
  }
}
