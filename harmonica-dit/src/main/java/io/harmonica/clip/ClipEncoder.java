package io.harmonica.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.diffusion.Interrupts;
import io.harmonica.kernel.Layer;
import io.harmonica.kernel.TorchKernels;
import java.util.Map;

/** The blocks of one tower. */
final class ClipEncoder implements AutoCloseable {
  private final String name;
  private final ClipTower tower;
  private final Map<String, NDArray> weights;
  private final TorchKernels kernels;

  ClipEncoder(NDManager manager, String name, ClipTower tower, Map<String, NDArray> weights) {
    this.name = name;
    this.tower = tower;
    this.weights = weights;
    this.kernels =
        TorchKernels.compile(
            manager, TorchKernels.class, "clip.py", "ClipKernels", Map.of("HEADS", tower.heads()));
  }

  NDArray call(String method, NDArray... inputs) {
    return kernels.call(method, inputs);
  }

  NDArray norm(NDArray x, String norm) {
    Layer layer = Layer.of(weights, norm);
    return kernels.call("norm", x, layer.weight(), layer.bias());
  }

  /**
   * Runs all blocks; closes x.
   *
   * @param x [n, L, d]
   * @param mask [L, L], added to the scores
   * @return [n, L, d], owned by x's manager
   */
  NDArray run(NDArray x, NDArray mask) {
    NDArray tokens = x;
    for (int i = 0; i < tower.layers(); i++) {
      Interrupts.check("a layer of CLIP");
      String prefix = ClipShapes.layer(name, i);
      NDArray attended = attention(tokens, mask, prefix);
      tokens.close();
      tokens = feedForward(attended, prefix);
      attended.close();
    }
    return tokens;
  }

  private NDArray attention(NDArray x, NDArray mask, String prefix) {
    Layer norm = Layer.of(weights, prefix + "layer_norm1");
    Layer query = Layer.of(weights, prefix + "self_attn.q_proj");
    Layer key = Layer.of(weights, prefix + "self_attn.k_proj");
    Layer value = Layer.of(weights, prefix + "self_attn.v_proj");
    Layer out = Layer.of(weights, prefix + "self_attn.out_proj");
    return kernels.call(
        "attention",
        x,
        mask,
        norm.weight(),
        norm.bias(),
        query.weight(),
        query.bias(),
        key.weight(),
        key.bias(),
        value.weight(),
        value.bias(),
        out.weight(),
        out.bias());
  }

  private NDArray feedForward(NDArray x, String prefix) {
    Layer norm = Layer.of(weights, prefix + "layer_norm2");
    Layer up = Layer.of(weights, prefix + "mlp.fc1");
    Layer down = Layer.of(weights, prefix + "mlp.fc2");
    return kernels.call(
        tower.quick() ? "quick_feed_forward" : "feed_forward",
        x,
        norm.weight(),
        norm.bias(),
        up.weight(),
        up.bias(),
        down.weight(),
        down.bias());
  }

  /** Brings one token of each row to the directions' length; closes x. */
  NDArray direction(NDArray x, long[] chosen, String norm, NDArray projection) {
    Layer last = Layer.of(weights, norm);
    NDArray which = x.getManager().create(chosen);
    NDArray direction = kernels.call("direction", x, which, last.weight(), last.bias(), projection);
    x.close();
    return direction;
  }

  @Override
  public void close() {
    kernels.close();
  }
}
