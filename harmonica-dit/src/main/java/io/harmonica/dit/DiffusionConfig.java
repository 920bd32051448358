package io.harmonica.dit;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.NoisePath;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.model.ModelJson;

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

  private static final String NOISE_SCHEDULE = "noise_schedule";
  private static final String CLIP_SAMPLE = "clip_sample";
  private static final String GUIDED_CHANNELS = "guided_channels";

  /**
   * Reads the settings; what is absent is as in the public DiT code.
   *
   * @param json the model's configuration
   * @param config its shape
   * @return the settings
   * @throws IllegalArgumentException if it is not JSON, or a member is of another type or out of
   *     range
   */
  public static DiffusionConfig fromJson(String json, DitConfig config) {
    ModelJson members = ModelJson.parse(json);
    int usual =
        config.inChannels() == LATENT_CHANNELS ? PUBLIC_GUIDED_CHANNELS : config.inChannels();
    int channels = members.integer(GUIDED_CHANNELS, usual);
    if (channels < 0 || channels > config.outChannels()) {
      throw new IllegalArgumentException(
          "%s is %d, expected a whole number from 0 to %d"
              .formatted(GUIDED_CHANNELS, channels, config.outChannels()));
    }
    String schedule = members.text(NOISE_SCHEDULE, NoiseSchedule.linear().name());
    return new DiffusionConfig(
        NoisePath.named(MalformedCheckpointException.quote(schedule)),
        members.flag(CLIP_SAMPLE, false),
        channels);
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
    object.addProperty(NOISE_SCHEDULE, schedule.name());
    object.addProperty(CLIP_SAMPLE, clip);
    object.addProperty(GUIDED_CHANNELS, guidedChannels);
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
