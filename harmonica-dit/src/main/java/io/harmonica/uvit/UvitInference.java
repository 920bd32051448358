package io.harmonica.uvit;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.model.TensorSizes;
import java.io.IOException;

/** What the shapes of a checkpoint's tensors tell about the model. */
final class UvitInference {
  private UvitInference() {}

  /**
   * Infers the configuration of a model of a public size.
   *
   * @throws IllegalArgumentException if the shapes do not tell
   */
  static UvitConfig config(TensorSource source) throws IOException {
    TensorSizes sizes = new TensorSizes(source);
    Shape patch = sizes.shape(UvitShapes.PATCH + ".weight", 4);
    int width = sizes.size(patch, 0);
    int channels = sizes.size(patch, 1);
    int side = sizes.size(patch, 2);
    int heads = UvitConfig.headsOf(width);
    if (heads == 0) {
      throw sizes.unknown("its width " + width + " does not tell the number of attention heads");
    }
    int tokens = sizes.size(sizes.shape(UvitShapes.POSITION, 3), 1) - UvitConfig.EXTRAS;
    boolean nullLabel = UvitConfig.usuallyHasNullLabel(channels);
    return new UvitConfig(
        side * sizes.side(tokens),
        side,
        channels,
        width,
        2 * sizes.blocks("in_blocks.", ".attn.qkv.weight"),
        heads,
        sizes.size(sizes.shape("mid_block.mlp.fc1.weight", 2), 0) / (double) width,
        sizes.has("mid_block." + UvitShapes.QKV_BIAS),
        sizes.has(UvitShapes.TIME_FIRST + ".weight"),
        sizes.size(sizes.shape(UvitShapes.LABELS, 2), 0),
        sizes.has(UvitShapes.LAST_CONVOLUTION + ".weight"),
        nullLabel);
  }
}
