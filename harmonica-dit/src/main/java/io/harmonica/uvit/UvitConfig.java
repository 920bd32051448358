package io.harmonica.uvit;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.NoisePath;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.diffusion.VpSde;
import io.harmonica.model.Footprint;
import io.harmonica.model.ModelJson;
import io.harmonica.model.ModelValues;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The shape of a class-conditional U-ViT (Bao et al., 2023).
 *
 * @param imgSize height and width of the samples: latents of a VAE, or pixels
 * @param patchSize height and width of a token's patch, divides imgSize
 * @param inChans channels of the samples
 * @param embedDim width d of the tokens, a multiple of numHeads and even
 * @param depth number of blocks but for the one in the middle, even
 * @param numHeads attention heads
 * @param mlpRatio width of the feed-forward layer over d
 * @param qkvBias whether the layer to queries, keys and values has a bias
 * @param mlpTimeEmbed whether the time goes through two layers before it is a token
 * @param numClasses labels, the null label included
 * @param conv whether a convolution follows the last layer
 * @param nullLabel whether the last label stands for none, so that the model can be guided
 */
public record UvitConfig(
    int imgSize,
    int patchSize,
    int inChans,
    int embedDim,
    int depth,
    int numHeads,
    double mlpRatio,
    boolean qkvBias,
    boolean mlpTimeEmbed,
    int numClasses,
    boolean conv,
    boolean nullLabel) {
  /** The most of what a configuration may ask for, lest counting its parameters overflow. */
  private static final int MOST = 1 << 20;

  /** Channels of pixels; the public models on pixels have no null label, those on latents do. */
  private static final int PIXELS = 3;

  /** Depth, width and heads of the public sizes. */
  private static final Map<String, int[]> SIZES = new LinkedHashMap<>();

  static {
    SIZES.put("S", new int[] {12, 512, 8});
    SIZES.put("M", new int[] {16, 768, 12});
    SIZES.put("L", new int[] {20, 1024, 16});
    SIZES.put("H", new int[] {28, 1152, 16});
  }

  /**
   * Checks that the sizes fit together.
   *
   * @param imgSize see the record
   * @param patchSize see the record
   * @param inChans see the record
   * @param embedDim see the record
   * @param depth see the record
   * @param numHeads see the record
   * @param mlpRatio see the record
   * @param qkvBias see the record
   * @param mlpTimeEmbed see the record
   * @param numClasses see the record
   * @param conv see the record
   * @param nullLabel see the record
   * @throws IllegalArgumentException if they do not; the message names the parameter
   */
  public UvitConfig {
    ModelValues.within("img_size", imgSize, 1, 1 << 12);
    ModelValues.within("patch_size", patchSize, 1, Math.min(imgSize, 1 << 10));
    ModelValues.within("in_chans", inChans, 1, 1 << 16);
    ModelValues.within("embed_dim", embedDim, 2, MOST);
    ModelValues.within("depth", depth, 2, 1 << 10);
    ModelValues.within("num_heads", numHeads, 1, embedDim);
    ModelValues.within("num_classes", numClasses, nullLabel ? 2 : 1, MOST);
    multiple("img_size", imgSize, "patch_size", patchSize);
    multiple("embed_dim", embedDim, "num_heads", numHeads);
    if (embedDim % 2 != 0 || depth % 2 != 0) {
      throw new IllegalArgumentException(
          "embed_dim is %d and depth %d, expected even numbers".formatted(embedDim, depth));
    }
    if (!(mlpRatio > 0 && mlpRatio <= 64) || (int) (embedDim * mlpRatio) < 1) {
      throw new IllegalArgumentException("mlp_ratio is " + mlpRatio + ", expected 0 to 64");
    }
  }

  private static void multiple(String name, int value, String of, int unit) {
    if (value % unit != 0) {
      throw new IllegalArgumentException(
          "%s is %d, expected a multiple of %s %d".formatted(name, value, of, unit));
    }
  }

  /**
   * Returns one of the public sizes, such as {@code U-ViT-H/2}, for ImageNet's 1000 classes and the
   * null label on four latent channels.
   *
   * @param name U-ViT-, one of S, M, L, H, a slash, and the patch size 2 or 4
   * @param imgSize height and width of the latents: 32 for images of 256, 64 for 512
   * @return the configuration
   * @throws IllegalArgumentException if there is no such configuration
   */
  public static UvitConfig named(String name, int imgSize) {
    String[] parts = name.toUpperCase(Locale.ROOT).replaceFirst("^U-?VIT-", "").split("/", -1);
    int[] size = SIZES.get(parts[0]);
    if (size == null || parts.length != 2 || !parts[1].matches("[24]")) {
      throw new IllegalArgumentException(
          "configuration \"" + name + "\" is unknown, expected U-ViT-{S,M,L,H}/{2,4}");
    }
    int patch = Integer.parseInt(parts[1]);
    return new UvitConfig(
        imgSize, patch, 4, size[1], size[0], size[2], 4, false, false, 1001, false, true);
  }

  /** The attention heads of a public size, 0 for other widths. */
  static int headsOf(int width) {
    return SIZES.values().stream()
        .filter(size -> size[1] == width)
        .mapToInt(size -> size[2])
        .findFirst()
        .orElse(0);
  }

  /** Whether a model of so many channels has a null label unless its configuration says so. */
  static boolean usuallyHasNullLabel(int inChans) {
    return inChans != PIXELS;
  }

  /** {@return the number of blocks, that in the middle included} */
  public int blocks() {
    return depth + 1;
  }

  /** {@return the number of patches along a side} */
  public int grid() {
    return imgSize / patchSize;
  }

  /** {@return the number of tokens: label, time and patches} */
  public int tokens() {
    return EXTRAS + grid() * grid();
  }

  /** The tokens before those of the image. */
  static final int EXTRAS = 2;

  /** {@return the width of the feed-forward layer} */
  public int mlpSize() {
    return (int) (embedDim * mlpRatio);
  }

  /** {@return the labels that can be asked for, without the null label} */
  public int classes() {
    return nullLabel ? numClasses - 1 : numClasses;
  }

  /**
   * Returns how the public models' training mixed image and noise: on latents the scaled-linear
   * schedule, counted from 1; on pixels a continuous one.
   *
   * @return the noise path
   */
  public NoisePath path() {
    return inChans == PIXELS ? VpSde.INSTANCE : NoiseSchedule.scaledLinear().countedFrom(1);
  }

  /**
   * Makes guidance in U-ViT's own convention, cond + s (cond - uncond), on all channels.
   *
   * @param scale s; 0 for none
   * @return the guidance
   * @throws IllegalArgumentException if s is negative or no finite number
   */
  public Guidance guidance(double scale) {
    return Guidance.Convention.FROM_CONDITIONAL.of(scale, inChans);
  }

  /**
   * Reads a configuration from JSON with the public code's names ({@code img_size}, {@code
   * patch_size}, {@code in_chans}, {@code embed_dim}, {@code depth}, {@code num_heads}, {@code
   * mlp_ratio}, {@code qkv_bias}, {@code mlp_time_embed}, {@code num_classes}, {@code conv}), and
   * {@code null_label}; other members are ignored. Missing members are as in the public code.
   *
   * @param json the text
   * @return the configuration
   * @throws IllegalArgumentException if it is not JSON, a member is missing or out of range
   */
  public static UvitConfig fromJson(String json) {
    ModelJson members = ModelJson.parse(json);
    int channels = members.integer("in_chans", PIXELS);
    return new UvitConfig(
        members.integer("img_size"),
        members.integer("patch_size"),
        channels,
        members.integer("embed_dim"),
        members.integer("depth"),
        members.integer("num_heads"),
        members.number("mlp_ratio", 4),
        members.flag("qkv_bias", false),
        members.flag("mlp_time_embed", false),
        members.integer("num_classes"),
        members.flag("conv", true),
        members.flag("null_label", usuallyHasNullLabel(channels)));
  }

  /** {@return the configuration as JSON, as {@link #fromJson} reads it} */
  public String toJson() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("family", UvitCheckpoint.FAMILY);
    members.put("img_size", imgSize);
    members.put("patch_size", patchSize);
    members.put("in_chans", inChans);
    members.put("embed_dim", embedDim);
    members.put("depth", depth);
    members.put("num_heads", numHeads);
    members.put("mlp_ratio", mlpRatio);
    members.put("qkv_bias", qkvBias);
    members.put("mlp_time_embed", mlpTimeEmbed);
    members.put("num_classes", numClasses);
    members.put("conv", conv);
    members.put("null_label", nullLabel);
    Gson gson = new GsonBuilder().setPrettyPrinting().create();
    return gson.toJson(members);
  }

  /** {@return the layout, which numbers the branches} */
  public BranchLayout layout() {
    return new BranchLayout(blocks(), List.of(BranchKind.SELF_ATTENTION, BranchKind.FEED_FORWARD));
  }

  /** {@return what a U-ViT of this shape takes} */
  public Footprint footprint() {
    return new Footprint(
        Footprint.parameters(UvitShapes.of(this).values()),
        tokens(),
        embedDim,
        mlpSize(),
        layout(),
        UvitCost.of(this));
  }
}
