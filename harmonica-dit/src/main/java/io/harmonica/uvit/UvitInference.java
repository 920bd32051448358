package io.harmonica.uvit;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.TensorSource;
import java.io.IOException;

/** What the shapes of a checkpoint's tensors tell about the model. */
final class UvitInference {
  private final TensorSource source;

  private UvitInference(TensorSource source) {
    this.source = source;
  }

  /**
   * Infers the configuration of a model of a public size.
   *
   * @throws IllegalArgumentException if the shapes do not tell
   */
  static UvitConfig config(TensorSource source) throws IOException {
    return new UvitInference(source).config();
  }

  private UvitConfig config() throws IOException {
    Shape patch = shape(UvitShapes.PATCH + ".weight", 4);
    int width = size(patch, 0);
    int channels = size(patch, 1);
    int side = size(patch, 2);
    int heads = UvitConfig.headsOf(width);
    if (heads == 0) {
      throw unknown("its width " + width + " does not tell the number of attention heads");
    }
    int tokens = size(shape(UvitShapes.POSITION, 3), 1) - UvitConfig.EXTRAS;
    int grid = (int) Math.round(Math.sqrt(Math.max(0, tokens)));
    if (grid < 1 || grid * grid != tokens) {
      throw unknown("its " + tokens + " positions of patches are no square");
    }
    boolean nullLabel = UvitConfig.usuallyHasNullLabel(channels);
    return new UvitConfig(
        side * grid,
        side,
        channels,
        width,
        depth(),
        heads,
        size(shape("mid_block.mlp.fc1.weight", 2), 0) / (double) width,
        source.contains("mid_block." + UvitShapes.QKV_BIAS),
        source.contains(UvitShapes.TIME_FIRST + ".weight"),
        size(shape(UvitShapes.LABELS, 2), 0),
        source.contains(UvitShapes.LAST_CONVOLUTION + ".weight"),
        nullLabel);
  }

  private int depth() {
    int half = 0;
    while (source.contains("in_blocks." + half + ".attn.qkv.weight")) {
      half++;
    }
    return 2 * half;
  }

  private Shape shape(String name, int dimensions) throws IOException {
    if (!source.contains(name)) {
      throw unknown("it has no tensor " + name);
    }
    Shape shape = source.info(name).shape();
    if (shape.dimension() != dimensions) {
      throw unknown(name + " is " + shape);
    }
    return shape;
  }

  private int size(Shape shape, int axis) {
    long size = shape.get(axis);
    if (size < 1 || size > 1 << 20) {
      throw unknown("a tensor is " + shape);
    }
    return (int) size;
  }

  private IllegalArgumentException unknown(String reason) {
    return new IllegalArgumentException(
        source.path()
            + " comes without a configuration, and "
            + reason
            + "; give the model's configuration, a config.json");
  }
}
