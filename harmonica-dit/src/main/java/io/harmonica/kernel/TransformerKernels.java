package io.harmonica.kernel;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Diffusion Transformers are made of, one fused call each: see {@code transformer.py}. A
 * result belongs to the manager of the first argument. With n samples, L tokens of the image, S
 * tokens of the caption and hidden width d, tokens are [n, L, d], conditioning vectors [n, d] and a
 * block's rows of shift, scale and gate [n, 6d].
 */
public final class TransformerKernels implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TransformerKernels.class);
  private static final int FREQUENCIES = 128;

  private final TorchKernels kernels;
  private final NDManager manager;
  private final NDArray frequencies;

  private TransformerKernels(TorchKernels kernels, NDManager manager, int frequencyShift) {
    this.kernels = kernels;
    this.manager = manager;
    float[] values = new float[FREQUENCIES];
    for (int i = 0; i < FREQUENCIES; i++) {
      values[i] =
          (float) Math.exp((float) (-Math.log(10_000) * i) / (FREQUENCIES - frequencyShift));
    }
    this.frequencies = manager.create(values, new Shape(1, FREQUENCIES));
  }

  /**
   * Compiles the calls for a model.
   *
   * @param parent whose device the calls run on, and under which constants are kept
   * @param heads attention heads
   * @param patch height and width of a token's patch
   * @param frequencyShift how the frequencies of {@link #waves} are spaced, exp(-ln(10000) i / (128
   *     - frequencyShift))
   * @return the calls; the caller closes them
   */
  public static TransformerKernels compile(
      NDManager parent, int heads, int patch, int frequencyShift) {
    TorchKernels kernels = compile(parent, "transformer.py", heads, patch);
    return new TransformerKernels(kernels, parent.newSubManager(), frequencyShift);
  }

  /** Compiles a source with the fastest linear layers that the engine has. */
  static TorchKernels compile(NDManager parent, String source, int heads, int patch) {
    Map<String, Integer> constants = Map.of("HEADS", heads, "PATCH", patch);
    try {
      return compile(parent, source, "layers_onednn.py", constants);
    } catch (EngineException e) {
      LOG.debug("this engine has no oneDNN; its plain layers run", e);
      return compile(parent, source, "layers_plain.py", constants);
    }
  }

  private static TorchKernels compile(
      NDManager parent, String source, String layers, Map<String, Integer> constants) {
    return TorchKernels.compile(
        parent, TorchKernels.class, List.of(source, layers), "TransformerKernels", constants);
  }

  /**
   * Cuts samples into tokens.
   *
   * @param x samples [n, C, H, W]
   * @param patch the convolution that embeds a patch
   * @param position position embedding [1, L, d], added
   * @return tokens
   */
  public NDArray embed(NDArray x, Layer patch, NDArray position) {
    return kernels.call("embed", x, patch.weight(), patch.bias(), position);
  }

  /**
   * Embeds numbers, such as the model's times, by sines and cosines and two layers.
   *
   * @param values [n] FLOAT32
   * @param first the layer from 256 waves
   * @param second the layer after it
   * @return vectors [n, outputs of the second layer]
   */
  public NDArray waves(NDArray values, Layer first, Layer second) {
    return kernels.call(
        "waves", values, frequencies, first.weight(), first.bias(), second.weight(), second.bias());
  }

  /**
   * Adds labels to conditioning vectors.
   *
   * @param c conditioning vectors
   * @param labels [n] INT64
   * @param table a row for each label
   * @return conditioning vectors
   */
  public NDArray addLabels(NDArray c, NDArray labels, NDArray table) {
    return kernels.call("add_labels", c, labels, table);
  }

  /**
   * Brings what a text encoder made of captions to the model's width.
   *
   * @param embeddings [n, S, k] FLOAT32
   * @param first the layer from k to d
   * @param second the layer after it
   * @return the captions' tokens [n, S, d]
   */
  public NDArray caption(NDArray embeddings, Layer first, Layer second) {
    return kernels.call(
        "caption", embeddings, first.weight(), first.bias(), second.weight(), second.bias());
  }

  /**
   * Computes rows of shift, scale and gate.
   *
   * @param c conditioning vectors
   * @param layer the layer to them
   * @return rows [n, outputs of the layer]
   */
  public NDArray modulation(NDArray c, Layer layer) {
    return kernels.call("modulation", c, layer.weight(), layer.bias());
  }

  /**
   * Makes rows that all blocks share a block's own.
   *
   * @param rows [n, r d], or one row for all, [n, d]
   * @param table the block's own part [r, d]
   * @return rows [n, r d]
   */
  public NDArray addTable(NDArray rows, NDArray table) {
    return kernels.call("add_table", rows, table);
  }

  /**
   * The self-attention branch, before its gate.
   *
   * @param x tokens
   * @param rows the block's rows
   * @param qkv the layer to queries, keys and values
   * @param out the layer after the attention
   * @return the branch's output, of x's shape
   */
  public NDArray attention(NDArray x, NDArray rows, Layer qkv, Layer out) {
    return kernels.call("attention", x, rows, qkv.weight(), qkv.bias(), out.weight(), out.bias());
  }

  /**
   * The cross-attention branch, which has no gate.
   *
   * @param x tokens
   * @param caption the captions' tokens [n, S, d]
   * @param hide what is added to the scores, [n, 1, 1, S]: 0, or far below it for padding
   * @param q the layer to queries
   * @param kv the layer from the caption to keys and values
   * @param out the layer after the attention
   * @return the branch's output, of x's shape
   */
  public NDArray crossAttention(
      NDArray x, NDArray caption, NDArray hide, Layer q, Layer kv, Layer out) {
    return kernels.call(
        "cross_attention",
        x,
        caption,
        hide,
        q.weight(),
        q.bias(),
        kv.weight(),
        kv.bias(),
        out.weight(),
        out.bias());
  }

  /**
   * The feed-forward branch, before its gate.
   *
   * @param x tokens
   * @param rows the block's rows
   * @param first the layer to the inner width
   * @param second the layer from it
   * @return the branch's output, of x's shape
   */
  public NDArray feedForward(NDArray x, NDArray rows, Layer first, Layer second) {
    return kernels.call(
        "feed_forward", x, rows, first.weight(), first.bias(), second.weight(), second.bias());
  }

  /**
   * Adds a self-attention's output, fresh or cached, through the current gate.
   *
   * @param x tokens; overwritten and closed, since nobody needs them after that
   * @param rows the block's rows
   * @param branch the branch's output; closed unless a cache has taken it
   * @return tokens
   */
  public NDArray addAttention(NDArray x, NDArray rows, NDArray branch) {
    return freeing(x, branch, kernels.call("add_attention", x, rows, branch));
  }

  /**
   * Adds a cross-attention's output, fresh or cached.
   *
   * @param x tokens; overwritten and closed, since nobody needs them after that
   * @param branch the branch's output; closed unless a cache has taken it
   * @return tokens
   */
  public NDArray addCrossAttention(NDArray x, NDArray branch) {
    return freeing(x, branch, x.add(branch));
  }

  /**
   * Adds a feed-forward's output, fresh or cached, through the current gate.
   *
   * @param x tokens; overwritten and closed, since nobody needs them after that
   * @param rows the block's rows
   * @param branch the branch's output; closed unless a cache has taken it
   * @return tokens
   */
  public NDArray addFeedForward(NDArray x, NDArray rows, NDArray branch) {
    return freeing(x, branch, kernels.call("add_feed_forward", x, rows, branch));
  }

  static NDArray freeing(NDArray x, NDArray branch, NDArray sum) {
    free(x, branch);
    x.close();
    return sum;
  }

  /**
   * Frees a branch's output that the hook has not taken into a cache. Doing so here rather than at
   * the end of the step keeps the peak memory at one block's activations.
   */
  static void free(NDArray x, NDArray branch) {
    if (branch.getManager() == x.getManager()) {
      branch.close();
    }
  }

  /**
   * The last layer, and the way back from tokens to an image.
   *
   * @param x tokens
   * @param rows shift and scale [n, 2d]
   * @param layer the layer to patches
   * @param input the samples that were cut into tokens, of the same height and width
   * @return [n, channels, H, W]
   */
  public NDArray image(NDArray x, NDArray rows, Layer layer, NDArray input) {
    return kernels.call("final", x, rows, layer.weight(), layer.bias(), input);
  }

  /** Frees the compiled calls and their constants. */
  @Override
  public void close() {
    manager.close();
    kernels.close();
  }
}
