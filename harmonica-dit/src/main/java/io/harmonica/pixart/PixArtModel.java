package io.harmonica.pixart;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.Denoiser;
import io.harmonica.diffusion.Scalars;
import io.harmonica.kernel.Layer;
import io.harmonica.kernel.SineCosine;
import io.harmonica.kernel.TransformerKernels;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ComputeCost;
import io.harmonica.text.EncodedCaptions;
import java.util.List;
import java.util.Map;

/**
 * A PixArt transformer (Chen et al., 2023 and 2024) for samples and captions of one size. It refers
 * to its weights and does not own them, so that one set can serve several sizes.
 *
 * <p>Conditioning, as {@link #condition} makes it from the captions' embeddings once for all steps:
 *
 * <ol>
 *   <li>the captions' tokens at the model's width, [n, S, d];
 *   <li>what is added to the scores of cross-attention, 0 for tokens and -10000 for padding, [n, 1,
 *       1, S];
 *   <li>with micro-conditioning only: the embedded resolution and aspect ratio, [n, d].
 * </ol>
 */
public final class PixArtModel implements Denoiser, AutoCloseable {
  /** Far below every score, and within the range of half precision. */
  private static final float HIDDEN = 10_000;

  static final List<BranchKind> KINDS =
      List.of(BranchKind.SELF_ATTENTION, BranchKind.CROSS_ATTENTION, BranchKind.FEED_FORWARD);

  private final PixArtConfig config;
  private final PixArtInput input;
  private final TransformerKernels kernels;
  private final NDManager manager;
  private final Map<String, NDArray> weights;
  private final NDArray positions;
  private final PixArtBlock[] blocks;

  /**
   * Builds a model over weights.
   *
   * @param parent the manager under which the model keeps its constants
   * @param config the shape
   * @param input the size of samples and captions
   * @param weights the tensors as {@link PixArtCheckpoint} reads them; the caller closes them after
   *     the model
   * @throws IllegalArgumentException if the samples' size is no multiple of the patches'
   */
  public PixArtModel(
      NDManager parent, PixArtConfig config, PixArtInput input, Map<String, NDArray> weights) {
    refuseHalfPatches("height", input.height(), config.patchSize());
    refuseHalfPatches("width", input.width(), config.patchSize());
    this.config = config;
    this.input = input;
    this.weights = weights;
    this.kernels = TransformerKernels.compile(parent, config.numHeads(), config.patchSize(), 0);
    this.manager = parent.newSubManager();
    long tokens = (long) input.height() * input.width() / config.patchSize() / config.patchSize();
    this.positions =
        manager.create(positions(config, input), new Shape(1, tokens, config.hiddenSize()));
    this.blocks = new PixArtBlock[config.depth()];
    for (int block = 0; block < blocks.length; block++) {
      blocks[block] = new PixArtBlock(kernels, weights, block);
    }
  }

  private static void refuseHalfPatches(String side, int size, int patch) {
    if (size % patch != 0) {
      throw new IllegalArgumentException(
          "the latents' %s is %d, expected a multiple of the patch size %d"
              .formatted(side, size, patch));
    }
  }

  /** A grid of any size is spread over the places of the one that the model was trained with. */
  static float[] positions(PixArtConfig config, PixArtInput input) {
    int rows = input.height() / config.patchSize();
    int columns = input.width() / config.patchSize();
    double base = config.sampleSize() / (config.patchSize() * config.interpolationScale());
    return SineCosine.grid(rows, columns, config.hiddenSize(), base / rows, base / columns);
  }

  /** {@return the model's shape} */
  public PixArtConfig config() {
    return config;
  }

  /** {@return the size of samples and captions} */
  public PixArtInput input() {
    return input;
  }

  @Override
  public BranchLayout layout() {
    return config.layout();
  }

  @Override
  public ComputeCost cost() {
    return config.cost(input);
  }

  @Override
  public long featureSize() {
    long patch = (long) config.patchSize() * config.patchSize();
    return input.height() * (long) input.width() / patch * config.hiddenSize();
  }

  /**
   * Makes the conditioning for captions.
   *
   * @param owner owns the arrays
   * @param captions what is asked for, n captions
   * @param negative what guidance leads away from, n captions or one for all: usually the empty
   *     caption
   * @return the conditioning
   * @throws IllegalArgumentException if a shape does not fit the model; the message names it
   */
  public Conditioning condition(
      NDManager owner, EncodedCaptions captions, EncodedCaptions negative) {
    long count = captions.embeddings().getShape().get(0);
    return new Conditioning(condition(owner, captions, count), condition(owner, negative, count));
  }

  /**
   * Makes one half of the conditioning, as training the model itself needs; gradients flow.
   *
   * @param owner owns the arrays
   * @param captions n captions
   * @return the arrays that {@link #forward} takes
   * @throws IllegalArgumentException if a shape does not fit the model; the message names it
   */
  public NDList condition(NDManager owner, EncodedCaptions captions) {
    return condition(owner, captions, captions.embeddings().getShape().get(0));
  }

  private NDList condition(NDManager owner, EncodedCaptions captions, long count) {
    check(captions, count);
    try (NDManager scope = owner.newSubManager()) {
      NDArray embeddings = everyRow(captions.embeddings(), count, scope);
      NDArray mask = everyRow(captions.mask(), count, scope).toType(DataType.FLOAT32, false);
      NDArray tokens =
          kernels.caption(
              embeddings,
              layer(PixArtTensors.CAPTION + ".linear_1"),
              layer(PixArtTensors.CAPTION + ".linear_2"));
      NDArray hide =
          Scalars.times(mask.sub(1), HIDDEN).reshape(new Shape(count, 1, 1, input.captionTokens()));
      NDList conditioning = new NDList(tokens, hide);
      if (config.microConditioned()) {
        conditioning.add(size(scope, count));
      }
      conditioning.attach(owner);
      return conditioning;
    }
  }

  private void check(EncodedCaptions captions, long count) {
    Shape found = captions.embeddings().getShape();
    long rows = found.get(0) == 1 ? 1 : count;
    Shape expected = new Shape(rows, input.captionTokens(), config.captionChannels());
    if (!found.equals(expected)) {
      throw new IllegalArgumentException(
          "the captions' embeddings are %s, expected %s: captions, tokens and the model's"
                  .formatted(found, expected)
              + " caption_channels");
    }
    if (!captions.mask().getShape().equals(expected.slice(0, 2))) {
      throw new IllegalArgumentException(
          "the captions' mask is %s, expected %s"
              .formatted(captions.mask().getShape(), expected.slice(0, 2)));
    }
  }

  /** A copy under another manager, with a single row repeated. */
  private static NDArray everyRow(NDArray array, long count, NDManager owner) {
    NDArray rows = array.getShape().get(0) == count ? array.duplicate() : array.repeat(0, count);
    rows.attach(owner);
    return rows;
  }

  /** Embeds the image's height, width and ratio of the two, [n, d]. */
  private NDArray size(NDManager scope, long count) {
    NDArray pixels =
        scope.create(new float[] {input.pixelHeight(), input.pixelWidth()}).tile(count);
    NDArray ratio = scope.full(new Shape(count), (float) input.pixelHeight() / input.pixelWidth());
    return embed(pixels, PixArtTensors.RESOLUTION)
        .reshape(count, -1)
        .concat(embed(ratio, PixArtTensors.ASPECT_RATIO), 1);
  }

  private NDArray embed(NDArray numbers, String name) {
    return kernels.waves(numbers, layer(name + ".linear_1"), layer(name + ".linear_2"));
  }

  @Override
  public NDArray predict(NDArray x, double timestep, NDList conditioning, CacheHook hook) {
    NDManager scope = x.getManager();
    NDArray times = scope.full(new Shape(x.getShape().get(0)), (float) timestep, DataType.FLOAT32);
    NDArray image = forward(x, times, conditioning, hook);
    times.close();
    return image;
  }

  /**
   * Predicts the noise where every sample has its own time, as training the model itself needs.
   *
   * @param x noisy samples, [n, C, H, W]; the result belongs to their manager
   * @param times the model's times, [n] FLOAT32; must belong to x's manager
   * @param conditioning one half of what {@link #condition} makes
   * @param hook called once for every branch
   * @return [n, C', H, W], with the output's channels
   */
  public NDArray forward(NDArray x, NDArray times, NDList conditioning, CacheHook hook) {
    check(x, conditioning);
    NDArray time = embed(times, PixArtTensors.TIME);
    if (config.microConditioned()) {
      time.addi(conditioning.get(2));
    }
    NDArray shared = kernels.modulation(time, layer("adaln_single.linear"));
    NDArray tokens = kernels.embed(x, layer("pos_embed.proj"), positions);
    for (PixArtBlock block : blocks) {
      tokens = block.forward(tokens, shared, conditioning.get(0), conditioning.get(1), hook);
    }
    NDArray rows = kernels.addTable(time, weights.get(PixArtTensors.TABLE));
    NDArray image = kernels.image(tokens, rows, layer("proj_out"), x);
    for (NDArray done : List.of(tokens, rows, shared, time)) {
      done.close();
    }
    return image;
  }

  private void check(NDArray x, NDList conditioning) {
    Shape found = x.getShape();
    Shape expected = new Shape(found.get(0), config.inChannels(), input.height(), input.width());
    int arrays = config.microConditioned() ? 3 : 2;
    if (!found.equals(expected) || conditioning.size() != arrays) {
      throw new IllegalArgumentException(
          "the model got samples %s and %d conditioning arrays, expected %s and %d"
              .formatted(found, conditioning.size(), expected, arrays));
    }
  }

  private Layer layer(String name) {
    return Layer.of(weights, name);
  }

  /** Frees the constants and the compiled calls; the weights stay with their owner. */
  @Override
  public void close() {
    manager.close();
    kernels.close();
  }
}
