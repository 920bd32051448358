package io.harmonica.dit;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.NoisePath;
import io.harmonica.diffusion.NoiseSchedule;

/**
 * How a model's samples are made, beside its shape: what the same configuration file may say in
 * {@code noise_schedule}, {@code clip_sample} and {@code guided_channels}.
 *
 * @param schedule how the model's training mixed image and noise
 * @param clip whether samplers clip the predicted x_0 to [-1, 1], right for pixels alone
 * @param guidedChannels how many leading channels guidance mixes
 */
public record DiffusionConfig(NoisePath schedule, boolean clip, int guidedChannels) {
  /** The public DiT code guides the first three of its four latent channels. */
  private static final int PUBLIC_GUIDED_CHANNELS = 3;

  private static final int LATENT_CHANNELS = 4;

  /**
   * Reads the settings; what is absent is as in the public DiT code.
   *
   * @param json the model's configuration
   * @param config its shape
   * @return the settings
   * @throws IllegalArgumentException if it is not JSON or a member is wrong
   */
  public static DiffusionConfig fromJson(String json, DitConfig config) {
    try {
      JsonObject object = JsonParser.parseString(json).getAsJsonObject();
      JsonElement schedule = object.get("noise_schedule");
      JsonElement clip = object.get("clip_sample");
      JsonElement channels = object.get("guided_channels");
      int usual =
          config.inChannels() == LATENT_CHANNELS ? PUBLIC_GUIDED_CHANNELS : config.inChannels();
      return new DiffusionConfig(
          schedule == null ? NoiseSchedule.linear() : NoisePath.named(schedule.getAsString()),
          clip != null && clip.getAsBoolean(),
          channels == null ? usual : channels.getAsInt());
    } catch (JsonParseException
        | IllegalStateException
        | UnsupportedOperationException
        | NumberFormatException e) {
      throw new IllegalArgumentException(
          "the model's configuration is no JSON object with a sound noise_schedule, clip_sample and"
              + " guided_channels",
          e);
    }
  }

  /**
   * Writes shape and settings as one configuration, as {@link DitConfig#fromJson} and {@link
   * #fromJson} read it.
   *
   * @param config the model's shape
   * @return JSON
   */
  public String toJson(DitConfig config) {
    JsonObject object = JsonParser.parseString(config.toJson()).getAsJsonObject();
    object.addProperty("noise_schedule", schedule.name());
    object.addProperty("clip_sample", clip);
    object.addProperty("guided_channels", guidedChannels);
    return object.toString();
  }

  /**
   * Returns guidance of a scale for this model.
   *
   * @param scale s; 1 for none
   * @return the guidance
   */
  public Guidance guidance(double scale) {
    return new Guidance(scale, guidedChannels);
  }
}
