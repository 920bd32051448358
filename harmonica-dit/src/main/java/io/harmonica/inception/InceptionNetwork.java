package io.harmonica.inception;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.inception.InceptionBlocks.Block;
import io.harmonica.inception.InceptionBlocks.Convolution;
import io.harmonica.kernel.Layer;
import io.harmonica.kernel.TorchKernels;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** The blocks in their order. A block's input is closed as soon as its output is there. */
final class InceptionNetwork implements AutoCloseable {
  private final TorchKernels kernels;
  private final Map<String, Layer> layers = new LinkedHashMap<>();

  /** Takes the convolutions over; those of the map are closed. */
  InceptionNetwork(NDManager device, Map<String, Layer> folded) {
    this.kernels =
        TorchKernels.compile(
            device, TorchKernels.class, "inception.py", "InceptionKernels", Map.of());
    folded.forEach(
        (name, layer) -> {
          NDArray weight = kernels.call("layout", layer.weight());
          layer.weight().close();
          layers.put(name, new Layer(weight, layer.bias()));
        });
  }

  /**
   * Resizes images as TensorFlow 1 does.
   *
   * @param pixels UINT8, [n, H, W, 3]; left open
   * @return 0 to 255, [n, 3, 299, 299], owned by the pixels' manager
   */
  NDArray resize(NDArray pixels) {
    try (NDManager scope = pixels.getManager().newSubManager()) {
      int side = InceptionBlocks.SIDE;
      ResizeRule down = ResizeRule.of(scope, (int) pixels.getShape().get(1), side);
      ResizeRule across = ResizeRule.of(scope, (int) pixels.getShape().get(2), side);
      return kernels.call(
          "resize",
          pixels,
          down.before(),
          down.after(),
          down.part(),
          across.before(),
          across.after(),
          across.part());
    }
  }

  /**
   * Runs all blocks.
   *
   * @param resized [n, 3, 299, 299]; closed
   * @param seen is shown every block's output, which is open during the call only
   * @return the last block's output, [n, 2048, 8, 8], owned by the input's manager
   */
  NDArray forward(NDArray resized, BiConsumer<Block, NDArray> seen) {
    NDArray x = resized;
    for (Block block : InceptionBlocks.ALL) {
      NDArray[] inputs = new NDArray[1 + 2 * block.convolutions().size()];
      inputs[0] = x;
      int next = 1;
      for (Convolution convolution : block.convolutions()) {
        Layer layer = layers.get(convolution.name());
        inputs[next++] = layer.weight();
        inputs[next++] = layer.bias();
      }
      NDArray out = kernels.call(block.method(), inputs);
      x.close();
      seen.accept(block, out);
      x = out;
    }
    return x;
  }

  NDArray call(String method, NDArray... inputs) {
    return kernels.call(method, inputs);
  }

  @Override
  public void close() {
    kernels.close();
  }
}
