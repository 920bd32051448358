package io.harmonica.dit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.Denoiser;
import io.harmonica.kernel.TorchKernels;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ComputeCost;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A class-conditional Diffusion Transformer (Peebles and Xie, 2023). Conditioning: one array of
 * labels, [n] INT64. It refers to its weights and does not own them, so that one set can serve a
 * model in float32 and another in bfloat16.
 */
public final class DitModel implements Denoiser, AutoCloseable {
  private static final int FREQUENCIES = 128;

  private final DitConfig config;
  private final TorchKernels kernels;
  private final NDManager manager;
  private final Map<String, NDArray> weights;
  private final NDArray frequencies;
  private final DitBlock[] blocks;
  private final boolean ownsKernels;

  /**
   * Builds a model over weights.
   *
   * @param parent the manager under which the model keeps its constants
   * @param config the shape
   * @param weights the tensors by the public DiT names; the caller closes them after the model
   */
  public DitModel(NDManager parent, DitConfig config, Map<String, NDArray> weights) {
    this(parent, config, weights, kernels(parent, config), true);
  }

  private DitModel(
      NDManager parent,
      DitConfig config,
      Map<String, NDArray> weights,
      TorchKernels kernels,
      boolean ownsKernels) {
    this.config = config;
    this.kernels = kernels;
    this.ownsKernels = ownsKernels;
    this.manager = parent.newSubManager();
    this.weights = weights;
    this.frequencies = frequencies(manager, FREQUENCIES - config.frequencyShift());
    this.blocks = new DitBlock[config.depth()];
    for (int block = 0; block < blocks.length; block++) {
      blocks[block] = new DitBlock(kernels, weights, block);
    }
  }

  /**
   * Returns the same model over other weights: averaged ones, or ones in another precision. It
   * shares this model's kernels and must be closed first.
   *
   * @param parent the manager under which the model keeps its constants
   * @param other the tensors by the public DiT names
   * @return the model; the caller closes it
   */
  public DitModel withWeights(NDManager parent, Map<String, NDArray> other) {
    return new DitModel(parent, config, other, kernels, false);
  }

  private static TorchKernels kernels(NDManager manager, DitConfig config) {
    return TorchKernels.compile(
        manager,
        TorchKernels.class,
        "dit.py",
        "DitKernels",
        Map.of("HEADS", config.numHeads(), "PATCH", config.patchSize(), "GRID", config.grid()));
  }

  private static NDArray frequencies(NDManager manager, int spacing) {
    float[] values = new float[FREQUENCIES];
    for (int i = 0; i < FREQUENCIES; i++) {
      values[i] = (float) Math.exp((float) (-Math.log(10_000) * i) / spacing);
    }
    return manager.create(values, new Shape(1, FREQUENCIES));
  }

  /**
   * Returns the model's shape.
   *
   * @return the configuration
   */
  public DitConfig config() {
    return config;
  }

  @Override
  public BranchLayout layout() {
    return new BranchLayout(
        config.depth(), List.of(BranchKind.SELF_ATTENTION, BranchKind.FEED_FORWARD));
  }

  @Override
  public ComputeCost cost() {
    return DitCost.of(config);
  }

  /**
   * Makes the conditioning for labels, with the null label as its unconditional half.
   *
   * @param owner owns the arrays
   * @param labels each from 0 to numClasses - 1
   * @return the conditioning
   * @throws IllegalArgumentException if a label is out of range
   */
  public Conditioning condition(NDManager owner, int... labels) {
    long[] asked = new long[labels.length];
    long[] none = new long[labels.length];
    for (int i = 0; i < labels.length; i++) {
      if (labels[i] < 0 || labels[i] >= config.numClasses()) {
        throw new IllegalArgumentException(
            "label " + labels[i] + " is out of range, expected 0 to " + (config.numClasses() - 1));
      }
      asked[i] = labels[i];
    }
    Arrays.fill(none, config.hasNullLabel() ? config.numClasses() : 0);
    return new Conditioning(
        new NDList(owner.create(asked)),
        config.hasNullLabel() ? new NDList(owner.create(none)) : new NDList());
  }

  @Override
  public NDArray predict(NDArray x, double timestep, NDList conditioning, CacheHook hook) {
    NDManager scope = x.getManager();
    NDArray times = scope.full(new Shape(x.getShape().get(0)), (float) timestep, DataType.FLOAT32);
    return forward(x, times, conditioning.singletonOrThrow(), hook);
  }

  /**
   * Predicts the noise where every sample has its own time, as training the model itself needs.
   *
   * @param x noisy samples, [n, C, H, W]; the result belongs to their manager
   * @param times the model's times, [n] FLOAT32; must belong to x's manager
   * @param labels [n] INT64
   * @param hook called once for every branch
   * @return [n, C, H, W], or [n, 2C, H, W] with learned sigma
   */
  public NDArray forward(NDArray x, NDArray times, NDArray labels, CacheHook hook) {
    NDArray c =
        kernels.call(
            "condition",
            times,
            labels,
            frequencies,
            weights.get("y_embedder.embedding_table.weight"),
            weights.get("t_embedder.mlp.0.weight"),
            weights.get("t_embedder.mlp.0.bias"),
            weights.get("t_embedder.mlp.2.weight"),
            weights.get("t_embedder.mlp.2.bias"));
    NDArray[] patch = DitBlock.layer(weights, "x_embedder.proj");
    NDArray tokens = kernels.call("embed", x, patch[0], patch[1], weights.get("pos_embed"));
    for (DitBlock block : blocks) {
      tokens = block.forward(tokens, c, hook);
    }
    NDArray[] modulation = DitBlock.layer(weights, "final_layer.adaLN_modulation.1");
    NDArray rows = kernels.call("modulation", c, modulation[0], modulation[1]);
    NDArray[] last = DitBlock.layer(weights, "final_layer.linear");
    NDArray image = kernels.call("final", tokens, rows, last[0], last[1]);
    tokens.close();
    rows.close();
    c.close();
    return image;
  }

  /**
   * Frees the constants and, unless they are shared, the kernels; the weights stay with their
   * owner.
   */
  @Override
  public void close() {
    manager.close();
    if (ownsKernels) {
      kernels.close();
    }
  }
}
