package io.harmonica.clip;

import com.google.gson.JsonObject;
import io.harmonica.model.ModelJson;
import io.harmonica.model.ModelValues;

/**
 * The shape of a CLIP whose image tower is a vision transformer.
 *
 * @param text the tower of texts
 * @param image the tower of images
 * @param vocabSize tokens that the text tower knows
 * @param textLength the most tokens of a text, its first and last included
 * @param imageSize height and width of what the image tower sees
 * @param patchSize height and width of a patch
 * @param projection length of the directions that both end in
 */
public record ClipConfig(
    ClipTower text,
    ClipTower image,
    int vocabSize,
    int textLength,
    int imageSize,
    int patchSize,
    int projection) {
  /** What the norms add to the variance. */
  static final double EPSILON = 1e-5;

  private static final String TYPE = "clip";

  /** What a member that is missing means: ViT-B/32, as in transformers. */
  private static final ClipTower USUAL_TEXT = new ClipTower(512, 2048, 12, 8, true);

  private static final ClipTower USUAL_IMAGE = new ClipTower(768, 3072, 12, 12, true);

  /**
   * Checks the sizes.
   *
   * @param text see the record
   * @param image see the record
   * @param vocabSize see the record
   * @param textLength see the record
   * @param imageSize see the record
   * @param patchSize see the record
   * @param projection see the record
   * @throws IllegalArgumentException if one is out of range; the message names it
   */
  public ClipConfig {
    ModelValues.within("vocab_size", vocabSize, 1, 1 << 22);
    ModelValues.within("max_position_embeddings", textLength, 1, 1 << 12);
    ModelValues.within("image_size", imageSize, 1, 1 << 12);
    ModelValues.within("patch_size", patchSize, 1, imageSize);
    ModelValues.within("projection_dim", projection, 1, 1 << 14);
  }

  /** {@return the configuration as {@link #fromJson} reads it} */
  public String toJson() {
    JsonObject texts = text.toJson();
    texts.addProperty("vocab_size", vocabSize);
    texts.addProperty("max_position_embeddings", textLength);
    JsonObject images = image.toJson();
    images.addProperty("image_size", imageSize);
    images.addProperty("patch_size", patchSize);
    JsonObject members = new JsonObject();
    members.addProperty("model_type", TYPE);
    members.addProperty("projection_dim", projection);
    members.add("text_config", texts);
    members.add("vision_config", images);
    return members.toString();
  }

  /** {@return patches of an image, the image as a whole counted as one more} */
  int imageTokens() {
    int side = imageSize / patchSize;
    return 1 + side * side;
  }

  /**
   * Reads the {@code config.json} of a {@code CLIPModel} as published with transformers.
   *
   * @param json the text
   * @return the configuration
   * @throws IllegalArgumentException if it is not JSON, describes another model, or a member is out
   *     of range
   */
  public static ClipConfig fromJson(String json) {
    ModelJson members = ModelJson.parse(json);
    ModelValues.expect(
        "model_type", members.text("model_type", TYPE), TYPE, "this is no CLIP model");
    ModelJson text = members.part("text_config");
    ModelJson image = members.part("vision_config");
    return new ClipConfig(
        ClipTower.of(text, USUAL_TEXT),
        ClipTower.of(image, USUAL_IMAGE),
        text.integer("vocab_size", 49_408),
        text.integer("max_position_embeddings", 77),
        image.integer("image_size", 224),
        image.integer("patch_size", 32),
        members.integer("projection_dim", 512));
  }
}
