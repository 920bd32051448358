package io.harmonica.dit;

import ai.djl.ndarray.NDArray;
import io.harmonica.cache.CacheHook;
import io.harmonica.kernel.TorchKernels;
import java.util.Map;

/**
 * One transformer block with adaLN-Zero modulation: two branches, each x + gate * branch(x), whose
 * outputs before the gate go through the cache hook.
 */
final class DitBlock {
  private final TorchKernels kernels;
  private final int firstBranch;
  private final NDArray[] modulation;
  private final NDArray[] attention;
  private final NDArray[] feedForward;

  DitBlock(TorchKernels kernels, Map<String, NDArray> weights, int block) {
    this.kernels = kernels;
    this.firstBranch = 2 * block;
    String prefix = "blocks." + block + ".";
    this.modulation = layer(weights, prefix + "adaLN_modulation.1");
    this.attention = layers(weights, prefix + "attn.qkv", prefix + "attn.proj");
    this.feedForward = layers(weights, prefix + "mlp.fc1", prefix + "mlp.fc2");
  }

  static NDArray[] layer(Map<String, NDArray> weights, String name) {
    return new NDArray[] {weights.get(name + ".weight"), weights.get(name + ".bias")};
  }

  private static NDArray[] layers(Map<String, NDArray> weights, String first, String second) {
    NDArray[] one = layer(weights, first);
    NDArray[] two = layer(weights, second);
    return new NDArray[] {one[0], one[1], two[0], two[1]};
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
    NDArray rows = kernels.call("modulation", c, modulation[0], modulation[1]);
    NDArray attended =
        add(
            "add_attention",
            x,
            rows,
            hook.apply(firstBranch, () -> run("attention", x, rows, attention)));
    NDArray out =
        add(
            "add_feed_forward",
            attended,
            rows,
            hook.apply(firstBranch + 1, () -> run("feed_forward", attended, rows, feedForward)));
    rows.close();
    return out;
  }

  private NDArray run(String branch, NDArray x, NDArray rows, NDArray[] w) {
    return kernels.call(branch, x, rows, w[0], w[1], w[2], w[3]);
  }

  private NDArray add(String method, NDArray x, NDArray rows, NDArray branch) {
    NDArray sum = kernels.call(method, x, rows, branch);
    // What the hook has not taken into a cache is done with. Freeing it here rather than at the end
    // of the step keeps the peak memory at one block's activations.
    if (branch.getManager() == x.getManager()) {
      branch.close();
    }
    x.close();
    return sum;
  }
}
