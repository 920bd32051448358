package io.harmonica.vae;

import io.harmonica.model.ModelJson;
import io.harmonica.model.ModelValues;
import java.util.List;

/**
 * The shape of the decoder of a latent diffusion model's autoencoder (Rombach et al., 2022), as in
 * Stable Diffusion.
 *
 * @param latentChannels channels of the latents
 * @param outChannels channels of the images
 * @param blockOutChannels widths of the stages, from the one with the largest images, at least one;
 *     every further stage halves height and width
 * @param layersPerBlock residual blocks in a stage of the encoder; the decoder has one more
 * @param normGroups groups of the group norms, divides every width
 * @param scalingFactor what latents were multiplied with for the diffusion model
 * @param shiftFactor what was subtracted from them before that
 * @param middleAttention whether the places attend to each other in the smallest stage
 * @param postQuantConv whether the latents go through a linear map first
 */
public record VaeConfig(
    int latentChannels,
    int outChannels,
    List<Integer> blockOutChannels,
    int layersPerBlock,
    int normGroups,
    double scalingFactor,
    double shiftFactor,
    boolean middleAttention,
    boolean postQuantConv) {

  private static final String OTHERWISE = "only Stable Diffusion's KL autoencoder is supported";
  private static final String CLASS = "AutoencoderKL";
  private static final int MAX_STAGES = 8;
  private static final int MAX_WIDTH = 1 << 14;

  /**
   * Checks that the sizes fit together.
   *
   * @param latentChannels channels of the latents
   * @param outChannels channels of the images
   * @param blockOutChannels widths of the stages
   * @param layersPerBlock residual blocks in a stage of the encoder
   * @param normGroups groups of the group norms
   * @param scalingFactor factor of the latents, above 0
   * @param shiftFactor shift of the latents
   * @param middleAttention whether there is attention in the smallest stage
   * @param postQuantConv whether there is a linear map of the latents
   * @throws IllegalArgumentException if they do not; the message names the parameter
   */
  public VaeConfig {
    blockOutChannels = List.copyOf(blockOutChannels);
    ModelValues.within("latent_channels", latentChannels, 1, MAX_WIDTH);
    ModelValues.within("out_channels", outChannels, 1, MAX_WIDTH);
    ModelValues.within("the number of block_out_channels", blockOutChannels.size(), 1, MAX_STAGES);
    ModelValues.within("layers_per_block", layersPerBlock, 1, 64);
    ModelValues.within("norm_num_groups", normGroups, 1, MAX_WIDTH);
    for (int width : blockOutChannels) {
      ModelValues.within("block_out_channels", width, 1, MAX_WIDTH);
      if (width % normGroups != 0) {
        throw new IllegalArgumentException(
            "block_out_channels has "
                + width
                + ", expected a multiple of norm_num_groups "
                + normGroups);
      }
    }
    if (!(scalingFactor > 0 && Double.isFinite(scalingFactor) && Double.isFinite(shiftFactor))) {
      throw new IllegalArgumentException(
          "scaling_factor is "
              + scalingFactor
              + " and shift_factor is "
              + shiftFactor
              + ", expected a number above 0 and a number");
    }
  }

  /**
   * Reads the {@code config.json} of an {@code AutoencoderKL} in the diffusers layout. What
   * describes the encoder is ignored.
   *
   * @param json the text
   * @return the configuration
   * @throws IllegalArgumentException if it is not JSON, describes another architecture, or a member
   *     is missing or out of range
   */
  public static VaeConfig fromJson(String json) {
    ModelJson members = ModelJson.parse(json);
    refuseOthers(members);
    return new VaeConfig(
        members.integer("latent_channels", 4),
        members.integer("out_channels", 3),
        members.integers("block_out_channels"),
        members.integer("layers_per_block", 1),
        members.integer("norm_num_groups", 32),
        members.number("scaling_factor", 0.18215),
        members.number("shift_factor", 0),
        members.flag("mid_block_add_attention", true),
        members.flag("use_post_quant_conv", true));
  }

  private static void refuseOthers(ModelJson members) {
    ModelValues.expect("_class_name", members.text("_class_name", CLASS), CLASS, OTHERWISE);
    for (String block : members.texts("up_block_types")) {
      ModelValues.expect("up_block_types", block, "UpDecoderBlock2D", OTHERWISE);
    }
    ModelValues.expect("act_fn", members.text("act_fn", "silu"), "silu", OTHERWISE);
    for (String statistic : List.of("latents_mean", "latents_std")) {
      if (members.has(statistic)) {
        throw new IllegalArgumentException(
            "the autoencoder normalises its latents by " + statistic + ", which is not supported");
      }
    }
  }

  /**
   * {@return how much larger images are than latents: pixels along a side over latents along it: a
   * power of two, 8 for Stable Diffusion}
   */
  public int upscaling() {
    return 1 << (blockOutChannels.size() - 1);
  }

  /**
   * Estimates the memory that one more image in a batch takes while it is decoded. Beside this and
   * the weights, the engine takes some 100 MB for its own purposes.
   *
   * @param height latents along the vertical side
   * @param width latents along the horizontal side
   * @return the bytes at the peak
   */
  public long bytesPerImage(long height, long width) {
    long peak = 0;
    long pixels = height * width;
    for (int stage = blockOutChannels.size() - 1; stage >= 0; stage--) {
      int wider = blockOutChannels.get(Math.min(stage + 1, blockOutChannels.size() - 1));
      peak = Math.max(peak, pixels * Math.max(wider, blockOutChannels.get(stage)));
      pixels *= 4;
    }
    // A block's input, its normalised input and its output, and the engine's copy of one of them.
    return 4 * Float.BYTES * peak;
  }
}
