package io.harmonica.dit;

import ai.djl.ndarray.NDArray;
import io.harmonica.cache.CacheHook;
import io.harmonica.kernel.Layer;
import io.harmonica.kernel.TransformerKernels;
import java.util.Map;

/**
 * One transformer block with adaLN-Zero modulation: two branches, each x + gate * branch(x), whose
 * outputs before the gate go through the cache hook.
 */
final class DitBlock {
  private final TransformerKernels kernels;
  private final int firstBranch;
  private final Layer modulation;
  private final Layer qkv;
  private final Layer projection;
  private final Layer inner;
  private final Layer outer;

  DitBlock(TransformerKernels kernels, Map<String, NDArray> weights, int block) {
    this.kernels = kernels;
    this.firstBranch = 2 * block;
    String prefix = "blocks." + block + ".";
    this.modulation = Layer.of(weights, prefix + "adaLN_modulation.1");
    this.qkv = Layer.of(weights, prefix + "attn.qkv");
    this.projection = Layer.of(weights, prefix + "attn.proj");
    this.inner = Layer.of(weights, prefix + "mlp.fc1");
    this.outer = Layer.of(weights, prefix + "mlp.fc2");
  }

  /**
   * Runs the block.
   *
   * @param x tokens [n, L, d]; closed, since nobody needs them after the block
   * @param c conditioning [n, d]
   * @param hook asked for both branches' outputs
   * @return tokens [n, L, d]
   */
  NDArray forward(NDArray x, NDArray c, CacheHook hook) {
    NDArray rows = kernels.modulation(c, modulation);
    NDArray attention = hook.apply(firstBranch, () -> kernels.attention(x, rows, qkv, projection));
    NDArray attended = kernels.addAttention(x, rows, attention);
    NDArray feedForward =
        hook.apply(firstBranch + 1, () -> kernels.feedForward(attended, rows, inner, outer));
    NDArray out = kernels.addFeedForward(attended, rows, feedForward);
    rows.close();
    return out;
  }
}
