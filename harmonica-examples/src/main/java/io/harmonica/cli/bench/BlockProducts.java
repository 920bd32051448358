package io.harmonica.cli.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.dit.DitConfig;
import io.harmonica.kernel.Layer;
import io.harmonica.kernel.PrecisionCast;
import io.harmonica.kernel.TorchKernels;
import io.harmonica.kernel.TransformerKernels;
import java.util.Map;

/** The first block of a model, and the matrix products it cannot do without, at equal shapes. */
final class BlockProducts implements AutoCloseable {
  private static final String FIRST = "blocks.0.";

  private final NDManager manager;
  private final TorchKernels bare;
  private final TransformerKernels kernels;
  private final DitConfig config;
  private final long samples = 2L * Subject.BATCH;
  private final NDArray tokens;
  private final NDArray rows;
  private final NDArray bareTokens;
  private final NDArray bareInner;
  private final NDArray[] heads = new NDArray[3];
  private final Layer qkv;
  private final Layer projection;
  private final Layer inner;
  private final Layer outer;

  BlockProducts(Subject subject) {
    this.manager = subject.manager().newSubManager();
    this.config = subject.model().config();
    this.kernels =
        TransformerKernels.compile(
            manager, config.numHeads(), config.patchSize(), config.frequencyShift());
    this.bare =
        TorchKernels.compile(
            manager, BlockProducts.class, "products.py", "ProductKernels", Map.of());
    Map<String, NDArray> weights = subject.model().weights();
    this.qkv = Layer.of(weights, FIRST + "attn.qkv");
    this.projection = Layer.of(weights, FIRST + "attn.proj");
    this.inner = Layer.of(weights, FIRST + "mlp.fc1");
    this.outer = Layer.of(weights, FIRST + "mlp.fc2");
    long d = config.hiddenSize();
    this.tokens = normal(samples, config.tokens(), d);
    this.rows = normal(samples, 6 * d);
    try (PrecisionCast cast = new PrecisionCast(manager, subject.runnable().precision())) {
      this.bareTokens = cast.apply(tokens.duplicate());
      this.bareInner = cast.apply(normal(samples, config.tokens(), config.mlpSize()));
      for (int i = 0; i < heads.length; i++) {
        heads[i] =
            cast.apply(normal(samples, config.numHeads(), config.tokens(), d / config.numHeads()));
      }
    }
  }

  private NDArray normal(long... shape) {
    return manager.randomNormal(new Shape(shape));
  }

  /** The attention branch as the model runs it. */
  void attention() {
    kernels.attention(tokens, rows, qkv, projection).close();
  }

  /** The products of the attention branch. */
  void bareAttention() {
    linear(bareTokens, qkv);
    bare.call("mix", heads[0], heads[1], heads[2]).close();
    linear(bareTokens, projection);
  }

  /** The feed-forward branch as the model runs it. */
  void feedForward() {
    kernels.feedForward(tokens, rows, inner, outer).close();
  }

  /** The products of the feed-forward branch. */
  void bareFeedForward() {
    linear(bareTokens, inner);
    linear(bareInner, outer);
  }

  private void linear(NDArray x, Layer layer) {
    bare.call("linear", x, layer.weight(), layer.bias()).close();
  }

  /** Multiply-accumulate operations of both branches for the whole batch. */
  double macs() {
    double d = config.hiddenSize();
    double each = d * (4 * d + 2.0 * config.mlpSize() + 2.0 * config.tokens());
    return each * samples * config.tokens();
  }

  @Override
  public void close() {
    kernels.close();
    bare.close();
    manager.close();
  }
}
