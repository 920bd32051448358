package io.harmonica.cli.bench;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.dit.DitConfig;
import io.harmonica.dit.RunnableDit;
import io.harmonica.kernel.Layer;
import io.harmonica.kernel.PrecisionCast;
import io.harmonica.kernel.TorchKernels;
import io.harmonica.kernel.TransformerKernels;
import java.util.List;
import java.util.Map;

/** The first block of a model, and the matrix products it cannot do without, at equal shapes. */
final class BlockProducts implements AutoCloseable {
  private static final String FIRST = "blocks.0.";

  private final NDManager manager;
  private final TorchKernels bare;
  private final List<String> linears;
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

  BlockProducts(Subject<RunnableDit> subject) {
    this.manager = subject.manager().newSubManager();
    this.config = subject.runnable().model().config();
    this.kernels =
        TransformerKernels.compile(
            manager, config.numHeads(), config.patchSize(), config.frequencyShift());
    TorchKernels compiled;
    List<String> calls;
    try {
      compiled = compile("products.py", "products_onednn.py");
      calls = List.of("linear", "linear_onednn");
    } catch (EngineException e) {
      // An engine without oneDNN does not even compile what asks for it.
      compiled = compile("products.py");
      calls = List.of("linear");
    }
    this.bare = compiled;
    this.linears = calls;
    Map<String, NDArray> weights = subject.runnable().model().weights();
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

  private TorchKernels compile(String... sources) {
    return TorchKernels.compile(
        manager, BlockProducts.class, List.of(sources), "ProductKernels", Map.of());
  }

  private NDArray normal(long... shape) {
    return manager.randomNormal(new Shape(shape));
  }

  /** The attention branch as the model runs it. */
  void attention() {
    kernels.attention(tokens, rows, qkv, projection).close();
  }

  /** The engine's products for linear layers, by the names of their calls: one, or oneDNN's too. */
  List<String> linears() {
    return linears;
  }

  /** The products of the attention branch. */
  void bareAttention(String linear) {
    linear(linear, bareTokens, qkv);
    bare.call("mix", heads[0], heads[1], heads[2]).close();
    linear(linear, bareTokens, projection);
  }

  /** The feed-forward branch as the model runs it. */
  void feedForward() {
    kernels.feedForward(tokens, rows, inner, outer).close();
  }

  /** The products of the feed-forward branch. */
  void bareFeedForward(String linear) {
    linear(linear, bareTokens, inner);
    linear(linear, bareInner, outer);
  }

  private void linear(String linear, NDArray x, Layer layer) {
    bare.call(linear, x, layer.weight(), layer.bias()).close();
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
