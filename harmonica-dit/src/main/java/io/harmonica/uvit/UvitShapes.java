package io.harmonica.uvit;

import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.Map;

/** The tensors of a U-ViT checkpoint, by the public names. */
final class UvitShapes {
  static final String PATCH = "patch_embed.proj";
  static final String LABELS = "label_emb.weight";
  static final String POSITION = "pos_embed";
  static final String QKV_BIAS = "attn.qkv.bias";
  static final String TIME_FIRST = "time_embed.0";
  static final String TIME_SECOND = "time_embed.2";
  static final String LAST_CONVOLUTION = "final_layer";

  private final Map<String, Shape> shapes = new LinkedHashMap<>();

  private UvitShapes() {}

  static Map<String, Shape> of(UvitConfig config) {
    UvitShapes names = new UvitShapes();
    long d = config.embedDim();
    long p = config.patchSize();
    long channels = config.inChans();
    names.shapes.put(POSITION, new Shape(1, config.tokens(), d));
    names.shapes.put(PATCH + ".weight", new Shape(d, channels, p, p));
    names.shapes.put(PATCH + ".bias", new Shape(d));
    names.shapes.put(LABELS, new Shape(config.numClasses(), d));
    if (config.mlpTimeEmbed()) {
      names.linear(TIME_FIRST, 4 * d, d);
      names.linear(TIME_SECOND, d, 4 * d);
    }
    for (int block = 0; block < config.blocks(); block++) {
      names.block(config, block);
    }
    names.norm("norm", d);
    names.linear("decoder_pred", p * p * channels, d);
    if (config.conv()) {
      names.shapes.put(LAST_CONVOLUTION + ".weight", new Shape(channels, channels, 3, 3));
      names.shapes.put(LAST_CONVOLUTION + ".bias", new Shape(channels));
    }
    return names.shapes;
  }

  /** What the public code calls a block; they are counted in, mid, out. */
  static String prefix(UvitConfig config, int block) {
    int half = config.depth() / 2;
    if (block < half) {
      return "in_blocks." + block + ".";
    }
    return block == half ? "mid_block." : "out_blocks." + (block - half - 1) + ".";
  }

  private void block(UvitConfig config, int block) {
    long d = config.embedDim();
    String prefix = prefix(config, block);
    if (block > config.depth() / 2) {
      linear(prefix + "skip_linear", d, 2 * d);
    }
    norm(prefix + "norm1", d);
    shapes.put(prefix + "attn.qkv.weight", new Shape(3 * d, d));
    if (config.qkvBias()) {
      shapes.put(prefix + QKV_BIAS, new Shape(3 * d));
    }
    linear(prefix + "attn.proj", d, d);
    norm(prefix + "norm2", d);
    linear(prefix + "mlp.fc1", config.mlpSize(), d);
    linear(prefix + "mlp.fc2", d, config.mlpSize());
  }

  private void linear(String name, long out, long in) {
    shapes.put(name + ".weight", new Shape(out, in));
    shapes.put(name + ".bias", new Shape(out));
  }

  private void norm(String name, long width) {
    shapes.put(name + ".weight", new Shape(width));
    shapes.put(name + ".bias", new Shape(width));
  }
}
