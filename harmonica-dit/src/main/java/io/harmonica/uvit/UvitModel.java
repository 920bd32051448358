package io.harmonica.uvit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.Denoiser;
import io.harmonica.kernel.Layer;
import io.harmonica.kernel.UvitKernels;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ComputeCost;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;

/**
 * A class-conditional U-ViT (Bao et al., 2023), which predicts the noise. Label and time are tokens
 * beside those of the patches. What a block of the first half puts out goes into the block of the
 * second half that mirrors it, through a skip layer, which is always computed. Branches are
 * numbered by blocks in, mid, out. Conditioning: one array of labels, [n] INT64.
 */
public final class UvitModel implements Denoiser, AutoCloseable {
  private final UvitConfig config;
  private final UvitKernels kernels;
  private final Map<String, NDArray> weights;
  private final UvitBlock[] blocks;

  /**
   * Builds a model over weights.
   *
   * @param parent the manager under which the model keeps its constants
   * @param config the shape
   * @param weights the tensors as {@link UvitCheckpoint} reads them; the caller closes them after
   *     the model
   */
  public UvitModel(NDManager parent, UvitConfig config, Map<String, NDArray> weights) {
    this.config = config;
    this.weights = weights;
    this.kernels =
        UvitKernels.compile(parent, config.embedDim(), config.numHeads(), config.patchSize());
    this.blocks = new UvitBlock[config.blocks()];
    for (int block = 0; block < blocks.length; block++) {
      blocks[block] = new UvitBlock(kernels, weights, config, block);
    }
  }

  /** {@return the model's shape} */
  public UvitConfig config() {
    return config;
  }

  @Override
  public BranchLayout layout() {
    return config.layout();
  }

  @Override
  public ComputeCost cost() {
    return UvitCost.of(config);
  }

  @Override
  public long featureSize() {
    return (long) config.tokens() * config.embedDim();
  }

  /**
   * Makes the conditioning for labels, with the null label, if there is one, as its unconditional
   * half.
   *
   * @param owner owns the arrays
   * @param labels each from 0 to {@link UvitConfig#classes} - 1
   * @return the conditioning
   * @throws IllegalArgumentException if a label is out of range
   */
  public Conditioning condition(NDManager owner, int... labels) {
    for (int label : labels) {
      if (label < 0 || label >= config.classes()) {
        throw new IllegalArgumentException(
            "label %d is out of range, expected 0 to %d".formatted(label, config.classes() - 1));
      }
    }
    long[] none = new long[labels.length];
    Arrays.fill(none, config.classes());
    return new Conditioning(
        new NDList(owner.create(Arrays.stream(labels).asLongStream().toArray())),
        config.nullLabel() ? new NDList(owner.create(none)) : new NDList());
  }

  @Override
  public NDArray predict(NDArray x, double timestep, NDList conditioning, CacheHook hook) {
    NDManager scope = x.getManager();
    NDArray times = scope.full(new Shape(x.getShape().get(0)), (float) timestep, DataType.FLOAT32);
    NDArray time = time(times);
    NDArray labels = conditioning.singletonOrThrow();
    NDArray table = weights.get(UvitShapes.LABELS);
    NDArray position = weights.get(UvitShapes.POSITION);
    NDArray tokens = kernels.embed(x, time, labels, table, layer(UvitShapes.PATCH), position);
    NDArray out = run(tokens, hook);
    NDArray image = kernels.image(out, layer("norm"), layer("decoder_pred"), x);
    for (NDArray done : List.of(out, time, times)) {
      done.close();
    }
    if (!config.conv()) {
      return image;
    }
    NDArray smooth = kernels.convolve(image, layer(UvitShapes.LAST_CONVOLUTION));
    image.close();
    return smooth;
  }

  private NDArray time(NDArray times) {
    NDArray waves = kernels.waves(times);
    if (!config.mlpTimeEmbed()) {
      return waves;
    }
    NDArray time = kernels.time(waves, layer(UvitShapes.TIME_FIRST), layer(UvitShapes.TIME_SECOND));
    waves.close();
    return time;
  }

  private NDArray run(NDArray first, CacheHook hook) {
    int half = config.depth() / 2;
    Deque<NDArray> skips = new ArrayDeque<>();
    NDArray tokens = first;
    for (int block = 0; block < blocks.length; block++) {
      if (block > half) {
        Layer skip = layer(UvitShapes.prefix(config, block) + "skip_linear");
        tokens = kernels.skip(tokens, skips.pop(), skip);
      }
      boolean skipped = !skips.isEmpty() && skips.peek() == tokens;
      tokens = blocks[block].forward(tokens, skipped, hook);
      if (block < half) {
        skips.push(tokens);
      }
    }
    return tokens;
  }

  private Layer layer(String name) {
    return Layer.of(weights, name);
  }

  /** Frees the compiled calls; the weights stay with their owner. */
  @Override
  public void close() {
    kernels.close();
  }
}
