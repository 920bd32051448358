package io.harmonica.dit;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.harmonica.model.Footprint;
import io.harmonica.model.ModelJson;
import io.harmonica.model.ModelValues;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ComputeCost;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The shape of a class-conditional Diffusion Transformer (Peebles and Xie, 2023).
 *
 * @param inputSize height and width of the samples: latents of a VAE, or pixels
 * @param patchSize height and width of a token's patch, divides inputSize
 * @param inChannels channels of the samples
 * @param hiddenSize width d of the tokens, a multiple of numHeads
 * @param depth number of blocks
 * @param numHeads attention heads
 * @param mlpRatio width of the feed-forward layer over d
 * @param numClasses classes; label numClasses is the null label when classDropoutProb is above 0
 * @param classDropoutProb how often training replaced the label by the null label
 * @param learnSigma whether the output holds a learned variance beside the noise
 * @param frequencyShift how the frequencies of the time embedding are spaced, exp(-ln(10000) i /
 *     (128 - frequencyShift)): 0 in the public code, 1 in diffusers
 */
public record DitConfig(
    int inputSize,
    int patchSize,
    int inChannels,
    int hiddenSize,
    int depth,
    int numHeads,
    double mlpRatio,
    int numClasses,
    double classDropoutProb,
    boolean learnSigma,
    int frequencyShift) {

  /** The most of what a configuration may ask for, lest counting its parameters overflow. */
  static final int MOST = 1 << 20;

  private static final String FREQUENCY_SHIFT = "downscale_freq_shift";

  /** Depth, width and heads of the four public sizes. */
  private static final Map<String, int[]> SIZES = new LinkedHashMap<>();

  static {
    SIZES.put("S", new int[] {12, 384, 6});
    SIZES.put("B", new int[] {12, 768, 12});
    SIZES.put("L", new int[] {24, 1024, 16});
    SIZES.put("XL", new int[] {28, 1152, 16});
  }

  /**
   * Checks that the sizes fit together.
   *
   * @param inputSize height and width of the samples
   * @param patchSize height and width of a token's patch
   * @param inChannels channels of the samples
   * @param hiddenSize width of the tokens
   * @param depth number of blocks
   * @param numHeads attention heads
   * @param mlpRatio width of the feed-forward layer over that of the tokens
   * @param numClasses classes
   * @param classDropoutProb how often training dropped the label
   * @param learnSigma whether the output holds a learned variance
   * @param frequencyShift spacing of the time frequencies, 0 or 1
   * @throws IllegalArgumentException if they do not; the message names the parameter
   */
  public DitConfig {
    ModelValues.within("input_size", inputSize, 1, MOST);
    ModelValues.within("patch_size", patchSize, 1, 1 << 10);
    ModelValues.within("in_channels", inChannels, 1, 1 << 16);
    ModelValues.within("hidden_size", hiddenSize, 1, MOST);
    ModelValues.within("depth", depth, 1, 1 << 10);
    ModelValues.within("num_heads", numHeads, 1, MOST);
    ModelValues.within("num_classes", numClasses, 1, MOST);
    if (inputSize % patchSize != 0) {
      throw new IllegalArgumentException(
          "patch_size is " + patchSize + ", expected a divisor of input_size " + inputSize);
    }
    if ((long) inputSize / patchSize > 1 << 12) {
      throw new IllegalArgumentException(
          "input_size is " + inputSize + ", expected at most " + (1 << 12) + " patches a side");
    }
    if (hiddenSize % numHeads != 0 || hiddenSize % 4 != 0) {
      throw new IllegalArgumentException(
          "hidden_size is "
              + hiddenSize
              + ", expected a multiple of 4 and of num_heads "
              + numHeads);
    }
    if (!(mlpRatio > 0 && mlpRatio <= 64) || (int) (hiddenSize * mlpRatio) < 1) {
      throw new IllegalArgumentException("mlp_ratio is " + mlpRatio + ", expected 0 to 64");
    }
    if (!(classDropoutProb >= 0 && classDropoutProb <= 1)) {
      throw new IllegalArgumentException(
          "class_dropout_prob is " + classDropoutProb + ", expected 0 to 1");
    }
    if (frequencyShift != 0 && frequencyShift != 1) {
      throw new IllegalArgumentException(
          FREQUENCY_SHIFT + " is " + frequencyShift + ", expected 0 or 1");
    }
  }

  /**
   * Makes the configuration of a model with the public code's time embedding.
   *
   * @param inputSize height and width of the samples: latents of a VAE, or pixels
   * @param patchSize height and width of a token's patch, divides inputSize
   * @param inChannels channels of the samples
   * @param hiddenSize width d of the tokens, a multiple of numHeads
   * @param depth number of blocks
   * @param numHeads attention heads
   * @param mlpRatio width of the feed-forward layer over d
   * @param numClasses classes
   * @param classDropoutProb how often training replaced the label by the null label
   * @param learnSigma whether the output holds a learned variance beside the noise
   */
  public DitConfig(
      int inputSize,
      int patchSize,
      int inChannels,
      int hiddenSize,
      int depth,
      int numHeads,
      double mlpRatio,
      int numClasses,
      double classDropoutProb,
      boolean learnSigma) {
    this(
        inputSize,
        patchSize,
        inChannels,
        hiddenSize,
        depth,
        numHeads,
        mlpRatio,
        numClasses,
        classDropoutProb,
        learnSigma,
        0);
  }

  /**
   * Returns one of the twelve public configurations, such as {@code DiT-XL/2}, for ImageNet's 1000
   * classes and four latent channels with learned sigma.
   *
   * @param name DiT-, one of S, B, L, XL, a slash, and the patch size 2, 4 or 8
   * @param inputSize height and width of the latents: 32 for images of 256, 64 for 512
   * @return the configuration
   * @throws IllegalArgumentException if there is no such configuration
   */
  public static DitConfig named(String name, int inputSize) {
    String[] parts = name.toUpperCase(Locale.ROOT).replaceFirst("^DIT-", "").split("/", -1);
    int[] size = SIZES.get(parts[0]);
    if (size == null || parts.length != 2 || !parts[1].matches("[248]")) {
      throw new IllegalArgumentException(
          "configuration \"" + name + "\" is unknown, expected DiT-{S,B,L,XL}/{2,4,8}");
    }
    int patch = Integer.parseInt(parts[1]);
    return new DitConfig(inputSize, patch, 4, size[1], size[0], size[2], 4, 1000, 0.1, true);
  }

  /** {@return what a forward pass of one sample costs} */
  public ComputeCost cost() {
    return DitCost.of(this);
  }

  /** {@return the number of tokens: (inputSize / patchSize) squared} */
  public int tokens() {
    return grid() * grid();
  }

  /** {@return the number of patches along a side: inputSize / patchSize} */
  public int grid() {
    return inputSize / patchSize;
  }

  /** {@return the width of the feed-forward layer: hiddenSize x mlpRatio} */
  public int mlpSize() {
    return (int) (hiddenSize * mlpRatio);
  }

  /** {@return the channels of the output: inChannels, twice that with learned sigma} */
  public int outChannels() {
    return learnSigma ? 2 * inChannels : inChannels;
  }

  /**
   * {@return whether the model has a null label and can be guided, because training dropped labels}
   */
  public boolean hasNullLabel() {
    return classDropoutProb > 0;
  }

  /**
   * Reads a configuration from JSON with the public code's names ({@code input_size}, {@code
   * patch_size}, {@code in_channels}, {@code hidden_size}, {@code depth}, {@code num_heads}, {@code
   * mlp_ratio}, {@code num_classes}, {@code class_dropout_prob}, {@code learn_sigma}) and {@code
   * downscale_freq_shift}; other members are ignored.
   *
   * @param json the text
   * @return the configuration
   * @throws IllegalArgumentException if it is not JSON, a member is missing or out of range
   */
  public static DitConfig fromJson(String json) {
    ModelJson members = ModelJson.parse(json);
    return new DitConfig(
        members.integer("input_size"),
        members.integer("patch_size"),
        members.integer("in_channels", 4),
        members.integer("hidden_size"),
        members.integer("depth"),
        members.integer("num_heads"),
        members.number("mlp_ratio", 4),
        members.integer("num_classes", 1000),
        members.number("class_dropout_prob", 0.1),
        members.flag("learn_sigma", true),
        members.integer(FREQUENCY_SHIFT, 0));
  }

  /**
   * Writes the configuration as JSON, as {@link #fromJson} reads it.
   *
   * @return the text
   */
  public String toJson() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("input_size", inputSize);
    members.put("patch_size", patchSize);
    members.put("in_channels", inChannels);
    members.put("hidden_size", hiddenSize);
    members.put("depth", depth);
    members.put("num_heads", numHeads);
    members.put("mlp_ratio", mlpRatio);
    members.put("num_classes", numClasses);
    members.put("class_dropout_prob", classDropoutProb);
    members.put("learn_sigma", learnSigma);
    if (frequencyShift != 0) {
      members.put(FREQUENCY_SHIFT, frequencyShift);
    }
    Gson gson = new GsonBuilder().setPrettyPrinting().create();
    return gson.toJson(members);
  }

  /** {@return the layout, which numbers the branches} */
  public BranchLayout layout() {
    return new BranchLayout(depth, List.of(BranchKind.SELF_ATTENTION, BranchKind.FEED_FORWARD));
  }

  /** {@return what a DiT or SiT of this shape takes} */
  public Footprint footprint() {
    return new Footprint(
        Footprint.parameters(DitShapes.of(this).values()),
        tokens(),
        hiddenSize,
        mlpSize(),
        layout(),
        DitCost.of(this));
  }
}
