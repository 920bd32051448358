package io.harmonica.pixart;

import ai.djl.ndarray.NDArray;
import io.harmonica.cache.CacheHook;
import io.harmonica.kernel.Layer;
import io.harmonica.kernel.TransformerKernels;
import java.util.Map;

/**
 * One transformer block with adaLN-single modulation: self-attention and feed-forward are added
 * through a gate, cross-attention as it is. Their outputs before the gate go through the cache
 * hook.
 */
final class PixArtBlock {
  private final TransformerKernels kernels;
  private final int firstBranch;
  private final NDArray table;
  private final Layer selfQkv;
  private final Layer selfOut;
  private final Layer crossQ;
  private final Layer crossKv;
  private final Layer crossOut;
  private final Layer inner;
  private final Layer outer;

  PixArtBlock(TransformerKernels kernels, Map<String, NDArray> weights, int block) {
    this.kernels = kernels;
    this.firstBranch = 3 * block;
    String prefix = PixArtTensors.block(block);
    this.table = weights.get(prefix + PixArtTensors.TABLE);
    this.selfQkv = Layer.of(weights, prefix + PixArtTensors.SELF_QKV);
    this.selfOut = Layer.of(weights, prefix + "attn1.to_out.0");
    this.crossQ = Layer.of(weights, prefix + "attn2.to_q");
    this.crossKv = Layer.of(weights, prefix + PixArtTensors.CROSS_KV);
    this.crossOut = Layer.of(weights, prefix + "attn2.to_out.0");
    this.inner = Layer.of(weights, prefix + "ff.net.0.proj");
    this.outer = Layer.of(weights, prefix + "ff.net.2");
  }

  /**
   * Runs the block.
   *
   * @param x tokens [n, L, d]; closed, since nobody needs them after the block
   * @param time rows of shift, scale and gate that all blocks share, [n, 6d]
   * @param caption the captions' tokens [n, S, d]
   * @param hide what hides a caption's padding, [n, 1, 1, S]
   * @param hook asked for the three branches' outputs
   * @return tokens [n, L, d]
   */
  NDArray forward(NDArray x, NDArray time, NDArray caption, NDArray hide, CacheHook hook) {
    NDArray rows = kernels.addTable(time, table);
    NDArray self = hook.apply(firstBranch, () -> kernels.attention(x, rows, selfQkv, selfOut));
    NDArray attended = kernels.addAttention(x, rows, self);
    NDArray cross =
        hook.apply(
            firstBranch + 1,
            () -> kernels.crossAttention(attended, caption, hide, crossQ, crossKv, crossOut));
    NDArray asked = kernels.addCrossAttention(attended, cross);
    NDArray feedForward =
        hook.apply(firstBranch + 2, () -> kernels.feedForward(asked, rows, inner, outer));
    NDArray out = kernels.addFeedForward(asked, rows, feedForward);
    rows.close();
    return out;
  }
}
