package io.harmonica.dit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cache.CacheHook;
import io.harmonica.diffusion.Conditioning;
import io.harmonica.diffusion.Denoiser;
import io.harmonica.kernel.Layer;
import io.harmonica.kernel.TransformerKernels;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ComputeCost;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A class-conditional Diffusion Transformer (Peebles and Xie, 2023). Conditioning: one array of
 * labels, [n] INT64. It refers to its weights and does not own them, so that one set can serve a
 * model in float32 and another in bfloat16.
 */
public final class DitModel implements Denoiser, AutoCloseable {
  private final DitConfig config;
  private final TransformerKernels kernels;
  private final Map<String, NDArray> weights;
  private final DitBlock[] blocks;

  /**
   * Builds a model over weights.
   *
   * @param parent the manager under which the model keeps its constants
   * @param config the shape
   * @param weights the tensors by the public DiT names; the caller closes them after the model
   */
  public DitModel(NDManager parent, DitConfig config, Map<String, NDArray> weights) {
    this.config = config;
    this.weights = weights;
    this.kernels =
        TransformerKernels.compile(
            parent, config.numHeads(), config.patchSize(), config.frequencyShift());
    this.blocks = new DitBlock[config.depth()];
    for (int block = 0; block < blocks.length; block++) {
      blocks[block] = new DitBlock(kernels, weights, block);
    }
  }

  /** {@return the model's shape} */
  public DitConfig config() {
    return config;
  }

  /**
   * {@return the model's weights: the tensors by the public DiT names; whoever read them owns them}
   */
  public Map<String, NDArray> weights() {
    return Collections.unmodifiableMap(weights);
  }

  @Override
  public BranchLayout layout() {
    return config.layout();
  }

  @Override
  public ComputeCost cost() {
    return config.cost();
  }

  @Override
  public long featureSize() {
    return (long) config.tokens() * config.hiddenSize();
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
    NDArray time = kernels.waves(times, layer("t_embedder.mlp.0"), layer("t_embedder.mlp.2"));
    NDArray c = kernels.addLabels(time, labels, weights.get("y_embedder.embedding_table.weight"));
    NDArray tokens = kernels.embed(x, layer("x_embedder.proj"), weights.get("pos_embed"));
    for (DitBlock block : blocks) {
      tokens = block.forward(tokens, c, hook);
    }
    NDArray rows = kernels.modulation(c, layer("final_layer.adaLN_modulation.1"));
    NDArray image = kernels.image(tokens, rows, layer("final_layer.linear"), x);
    for (NDArray done : List.of(tokens, rows, c, time)) {
      done.close();
    }
    return image;
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
