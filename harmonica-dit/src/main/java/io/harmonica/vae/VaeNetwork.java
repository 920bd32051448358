package io.harmonica.vae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.kernel.TorchKernels;
import java.util.Map;

/**
 * The layers of a decoder in their order. Every layer's input is closed as soon as its output is
 * there, so that no more than one layer's arrays are alive.
 */
final class VaeNetwork implements AutoCloseable {
  private final VaeConfig config;
  private final Map<String, NDArray> weights;
  private final TorchKernels kernels;

  VaeNetwork(NDManager device, VaeConfig config, Map<String, NDArray> weights) {
    this.config = config;
    this.weights = weights;
    this.kernels =
        TorchKernels.compile(
            device,
            TorchKernels.class,
            "vae.py",
            "VaeKernels",
            Map.of("GROUPS", config.normGroups()));
  }

  /**
   * Decodes latents.
   *
   * @param latents [n, c, h, w] as the encoder made them; closed
   * @return images [n, channels, s h, s w], owned by the latents' manager
   */
  NDArray forward(NDArray latents) {
    NDArray x = latents;
    if (config.postQuantConv()) {
      x = step("mix", x, "post_quant_conv");
    }
    x = middle(step("convolve", x, "decoder.conv_in"));
    int last = config.blockOutChannels().size() - 1;
    for (int block = 0; block <= last; block++) {
      String prefix = "decoder.up_blocks." + block + ".";
      for (int layer = 0; layer <= config.layersPerBlock(); layer++) {
        x = resnet(x, prefix + "resnets." + layer);
      }
      if (block < last) {
        x = step("upsample", x, prefix + "upsamplers.0.conv");
      }
    }
    return step("activate", x, "decoder.conv_norm_out", "decoder.conv_out");
  }

  private NDArray middle(NDArray in) {
    NDArray x = resnet(in, "decoder.mid_block.resnets.0");
    if (config.middleAttention()) {
      String prefix = VaeShapes.ATTENTION + ".";
      x =
          step(
              "attention",
              x,
              prefix + "group_norm",
              prefix + "to_q",
              prefix + "to_k",
              prefix + "to_v",
              prefix + "to_out.0");
    }
    return resnet(x, "decoder.mid_block.resnets.1");
  }

  private NDArray resnet(NDArray x, String name) {
    String shortcut = name + ".conv_shortcut";
    String[] layers = {name + ".norm1", name + ".conv1", name + ".norm2", name + ".conv2"};
    if (!weights.containsKey(shortcut + ".weight")) {
      return step("resnet", x, layers);
    }
    return step("resnet_shortcut", x, layers[0], layers[1], layers[2], layers[3], shortcut);
  }

  /** Calls a method with weight and bias of every layer, and closes x. */
  private NDArray step(String method, NDArray x, String... layers) {
    NDArray[] inputs = new NDArray[1 + 2 * layers.length];
    inputs[0] = x;
    for (int i = 0; i < layers.length; i++) {
      inputs[1 + 2 * i] = weights.get(layers[i] + ".weight");
      inputs[2 + 2 * i] = weights.get(layers[i] + ".bias");
    }
    NDArray out = kernels.call(method, inputs);
    x.close();
    return out;
  }

  @Override
  public void close() {
    kernels.close();
  }
}
