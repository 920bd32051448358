package io.harmonica.pixart;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.harmonica.model.Footprint;
import io.harmonica.model.ModelJson;
import io.harmonica.model.ModelValues;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ComputeCost;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The shape of a PixArt transformer (Chen et al., 2023: PixArt-alpha; 2024: PixArt-Sigma), as the
 * {@code config.json} of diffusers tells it.
 *
 * @param sampleSize height and width of the latents that the model was trained with
 * @param patchSize height and width of a token's patch
 * @param inChannels channels of the latents
 * @param outChannels channels of the output: as many, or twice that with a learned variance
 * @param numHeads attention heads
 * @param headSize width of a head
 * @param depth number of blocks
 * @param captionChannels width of the text encoder's embeddings
 * @param interpolationScale how much finer the grid of tokens is than the one of the model's first
 *     training stage
 * @param microConditioned whether the model is told the image's resolution and aspect ratio
 */
public record PixArtConfig(
    int sampleSize,
    int patchSize,
    int inChannels,
    int outChannels,
    int numHeads,
    int headSize,
    int depth,
    int captionChannels,
    double interpolationScale,
    boolean microConditioned) {

  private static final String OTHERWISE = "this is no PixArt transformer";
  private static final String CLASS = "_class_name";
  private static final String NEW_CLASS = "PixArtTransformer2DModel";
  private static final String OLD_CLASS = "Transformer2DModel";

  /** The sample size of the only checkpoints with micro-conditioning, those for 1024 pixels. */
  private static final int MICRO_SIZE = 128;

  /** The sample size up to which positions are not interpolated. */
  private static final int BASE_SIZE = 64;

  /**
   * Checks that the sizes fit together.
   *
   * @param sampleSize height and width of the latents
   * @param patchSize height and width of a token's patch
   * @param inChannels channels of the latents
   * @param outChannels channels of the output
   * @param numHeads attention heads
   * @param headSize width of a head
   * @param depth number of blocks
   * @param captionChannels width of the text encoder's embeddings
   * @param interpolationScale how much finer the grid of tokens is
   * @param microConditioned whether the model is told resolution and aspect ratio
   * @throws IllegalArgumentException if they do not; the message names the parameter
   */
  public PixArtConfig {
    ModelValues.within("sample_size", sampleSize, 1, 1 << 12);
    ModelValues.within("patch_size", patchSize, 1, 1 << 6);
    ModelValues.within("in_channels", inChannels, 1, 1 << 10);
    ModelValues.within("out_channels", outChannels, 1, 1 << 11);
    ModelValues.within("num_attention_heads", numHeads, 1, 1 << 10);
    ModelValues.within("attention_head_dim", headSize, 1, 1 << 10);
    ModelValues.within("num_layers", depth, 1, 1 << 10);
    ModelValues.within("caption_channels", captionChannels, 1, 1 << 16);
    if (sampleSize % patchSize != 0) {
      throw new IllegalArgumentException(
          "patch_size is " + patchSize + ", expected a divisor of sample_size " + sampleSize);
    }
    if (outChannels != inChannels && outChannels != 2 * inChannels) {
      throw new IllegalArgumentException(
          "out_channels is %d, expected in_channels or twice that, %d or %d"
              .formatted(outChannels, inChannels, 2 * inChannels));
    }
    int divisor = microConditioned ? 12 : 4;
    if (numHeads * headSize % divisor != 0) {
      throw new IllegalArgumentException(
          "num_attention_heads x attention_head_dim is %d, expected a multiple of %d"
              .formatted(numHeads * headSize, divisor));
    }
    if (!(interpolationScale > 0 && Double.isFinite(interpolationScale))) {
      throw new IllegalArgumentException(
          "interpolation_scale is " + interpolationScale + ", expected a number above 0");
    }
  }

  /**
   * Returns the shape of the published PixArt-XL/2 of the alpha series: 28 blocks of width 1152.
   *
   * @param sampleSize height and width of the latents: 32, 64 or 128 for images of 256, 512 or 1024
   * @return the configuration
   */
  public static PixArtConfig xl2(int sampleSize) {
    return new PixArtConfig(
        sampleSize,
        2,
        4,
        8,
        16,
        72,
        28,
        4096,
        Math.max(sampleSize / BASE_SIZE, 1),
        sampleSize == MICRO_SIZE);
  }

  /**
   * Reads the {@code config.json} of a {@code PixArtTransformer2DModel}, or of a {@code
   * Transformer2DModel} with {@code ada_norm_single}, as it was called before.
   *
   * @param json the text
   * @return the configuration
   * @throws IllegalArgumentException if it is not JSON, describes another architecture, or a member
   *     is missing or out of range
   */
  public static PixArtConfig fromJson(String json) {
    ModelJson members = ModelJson.parse(json);
    boolean now = members.text(CLASS, "").equals(NEW_CLASS);
    if (!now) {
      ModelValues.expect(CLASS, members.text(CLASS, ""), OLD_CLASS, OTHERWISE);
    }
    refuseOthers(members, now);
    int heads = members.integer("num_attention_heads", 16);
    int headSize = members.integer("attention_head_dim", now ? 72 : 88);
    int size = members.integer("sample_size");
    int channels = members.integer("in_channels", 4);
    ModelValues.expect(
        "cross_attention_dim",
        members.integer("cross_attention_dim", 1152),
        heads * headSize,
        OTHERWISE);
    return new PixArtConfig(
        size,
        members.integer("patch_size", 2),
        channels,
        members.integer("out_channels", now ? 8 : channels),
        heads,
        headSize,
        members.integer("num_layers", now ? 28 : 1),
        members.integer("caption_channels"),
        members.number("interpolation_scale", Math.max(size / BASE_SIZE, 1)),
        members.flag("use_additional_conditions", size == MICRO_SIZE));
  }

  /** What a missing member means differs between the two classes. */
  private static void refuseOthers(ModelJson members, boolean now) {
    ModelValues.expect(
        "norm_type",
        members.text("norm_type", now ? "ada_norm_single" : ""),
        "ada_norm_single",
        OTHERWISE);
    String activation = members.text("activation_fn", now ? "gelu-approximate" : "geglu");
    ModelValues.expect("activation_fn", activation, "gelu-approximate", OTHERWISE);
    ModelValues.expect("attention_bias", members.flag("attention_bias", now), true, OTHERWISE);
    ModelValues.expect(
        "norm_elementwise_affine", members.flag("norm_elementwise_affine", !now), false, OTHERWISE);
    ModelValues.expect("norm_eps", members.number("norm_eps", now ? 1e-6 : 1e-5), 1e-6, OTHERWISE);
    ModelValues.expect(
        "attention_type", members.text("attention_type", "default"), "default", OTHERWISE);
    ModelValues.expect(
        "only_cross_attention", members.flag("only_cross_attention", false), false, OTHERWISE);
    ModelValues.expect(
        "double_self_attention", members.flag("double_self_attention", false), false, OTHERWISE);
  }

  /**
   * Tells what a forward pass of one sample costs.
   *
   * @param input the images' size and the captions' length
   * @return the cost
   */
  public ComputeCost cost(PixArtInput input) {
    return PixArtCost.of(this, input);
  }

  /** {@return the width of the tokens, d} */
  public int hiddenSize() {
    return numHeads * headSize;
  }

  /** {@return the width of the feed-forward layers, 4 d} */
  public int mlpSize() {
    return 4 * hiddenSize();
  }

  /**
   * Writes the configuration as diffusers has it, as {@link #fromJson} reads it.
   *
   * @return the text
   */
  public String toJson() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put(CLASS, NEW_CLASS);
    members.put("activation_fn", "gelu-approximate");
    members.put("attention_bias", true);
    members.put("attention_head_dim", headSize);
    members.put("attention_type", "default");
    members.put("caption_channels", captionChannels);
    members.put("cross_attention_dim", hiddenSize());
    members.put("in_channels", inChannels);
    members.put("interpolation_scale", interpolationScale);
    members.put("norm_elementwise_affine", false);
    members.put("norm_eps", 1e-6);
    members.put("norm_type", "ada_norm_single");
    members.put("num_attention_heads", numHeads);
    members.put("num_layers", depth);
    members.put("out_channels", outChannels);
    members.put("patch_size", patchSize);
    members.put("sample_size", sampleSize);
    members.put("use_additional_conditions", microConditioned);
    Gson gson = new GsonBuilder().setPrettyPrinting().create();
    return gson.toJson(members);
  }

  /** {@return the layout, which numbers the branches} */
  public BranchLayout layout() {
    return new BranchLayout(depth, PixArtModel.KINDS);
  }

  /**
   * Returns what a PixArt of this shape takes.
   *
   * @param input the size of what it is run with
   * @return without text encoder and autoencoder
   */
  public Footprint footprint(PixArtInput input) {
    ComputeCost cost = PixArtCost.of(this, input);
    long tokens = (long) input.height() * input.width() / ((long) patchSize * patchSize);
    long parameters = Footprint.parameters(PixArtTensors.shapes(this).values());
    return new Footprint(parameters, tokens, hiddenSize(), mlpSize(), layout(), cost);
  }
}
