package io.harmonica.vae;

import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tensors of a decoder, by their names in the diffusers layout. */
final class VaeShapes {
  static final String ATTENTION = "decoder.mid_block.attentions.0";

  private final Map<String, Shape> shapes = new LinkedHashMap<>();

  private VaeShapes() {}

  static Map<String, Shape> of(VaeConfig config) {
    VaeShapes names = new VaeShapes();
    List<Integer> widths = config.blockOutChannels();
    int inner = widths.get(widths.size() - 1);
    if (config.postQuantConv()) {
      names.convolution("post_quant_conv", config.latentChannels(), config.latentChannels(), 1);
    }
    names.convolution("decoder.conv_in", inner, config.latentChannels(), 3);
    names.resnet("decoder.mid_block.resnets.0", inner, inner);
    if (config.middleAttention()) {
      names.attention(inner);
    }
    names.resnet("decoder.mid_block.resnets.1", inner, inner);
    names.stages(config);
    names.vector("decoder.conv_norm_out", widths.get(0));
    names.convolution("decoder.conv_out", config.outChannels(), widths.get(0), 3);
    return names.shapes;
  }

  private void stages(VaeConfig config) {
    List<Integer> widths = config.blockOutChannels();
    int last = widths.size() - 1;
    int in = widths.get(last);
    for (int block = 0; block <= last; block++) {
      String prefix = "decoder.up_blocks." + block + ".";
      int out = widths.get(last - block);
      for (int layer = 0; layer <= config.layersPerBlock(); layer++) {
        resnet(prefix + "resnets." + layer, out, layer == 0 ? in : out);
      }
      if (block < last) {
        convolution(prefix + "upsamplers.0.conv", out, out, 3);
      }
      in = out;
    }
  }

  private void resnet(String name, int out, int in) {
    vector(name + ".norm1", in);
    convolution(name + ".conv1", out, in, 3);
    vector(name + ".norm2", out);
    convolution(name + ".conv2", out, out, 3);
    if (in != out) {
      convolution(name + ".conv_shortcut", out, in, 1);
    }
  }

  private void attention(int width) {
    vector(ATTENTION + ".group_norm", width);
    for (String projection : List.of("to_q", "to_k", "to_v", "to_out.0")) {
      shapes.put(ATTENTION + "." + projection + ".weight", new Shape(width, width));
      shapes.put(ATTENTION + "." + projection + ".bias", new Shape(width));
    }
  }

  private void vector(String name, int width) {
    shapes.put(name + ".weight", new Shape(width));
    shapes.put(name + ".bias", new Shape(width));
  }

  private void convolution(String name, int out, int in, int side) {
    shapes.put(name + ".weight", new Shape(out, in, side, side));
    shapes.put(name + ".bias", new Shape(out));
  }
}
