package io.harmonica.uvit;

import ai.djl.ndarray.NDArray;
import io.harmonica.cache.CacheHook;
import io.harmonica.kernel.Layer;
import io.harmonica.kernel.UvitKernels;
import java.util.Map;

/** One transformer block: two branches, each x + branch(x), through the cache hook. */
final class UvitBlock {
  private final UvitKernels kernels;
  private final int firstBranch;
  private final Layer attentionNorm;
  private final Layer qkv;
  private final Layer projection;
  private final Layer feedForwardNorm;
  private final Layer inner;
  private final Layer outer;

  UvitBlock(UvitKernels kernels, Map<String, NDArray> weights, UvitConfig config, int block) {
    this.kernels = kernels;
    this.firstBranch = 2 * block;
    String prefix = UvitShapes.prefix(config, block);
    this.attentionNorm = Layer.of(weights, prefix + "norm1");
    this.qkv = Layer.of(weights, prefix + "attn.qkv");
    this.projection = Layer.of(weights, prefix + "attn.proj");
    this.feedForwardNorm = Layer.of(weights, prefix + "norm2");
    this.inner = Layer.of(weights, prefix + "mlp.fc1");
    this.outer = Layer.of(weights, prefix + "mlp.fc2");
  }

  /**
   * Runs the block.
   *
   * @param x tokens [n, L, d]
   * @param keep whether a later block needs x as it is; otherwise it is closed
   * @param hook asked for both branches' outputs
   * @return tokens [n, L, d]
   */
  NDArray forward(NDArray x, boolean keep, CacheHook hook) {
    NDArray attention =
        hook.apply(firstBranch, () -> kernels.attention(x, attentionNorm, qkv, projection));
    NDArray attended = keep ? kernels.addKeeping(x, attention) : kernels.add(x, attention);
    NDArray feedForward =
        hook.apply(
            firstBranch + 1, () -> kernels.feedForward(attended, feedForwardNorm, inner, outer));
    return kernels.add(attended, feedForward);
  }
}
