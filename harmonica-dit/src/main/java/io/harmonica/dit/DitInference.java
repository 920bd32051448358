package io.harmonica.dit;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.model.TensorSizes;
import java.io.IOException;
import java.util.Map;

/** What the shapes of a checkpoint's tensors tell about the model. */
final class DitInference {
  /** Attention heads of the public sizes S, B, L and XL by width: nothing else tells them. */
  private static final Map<Integer, Integer> HEADS = Map.of(384, 6, 768, 12, 1024, 16, 1152, 16);

  private DitInference() {}

  /**
   * Infers the configuration of a model of a public size that has a null label.
   *
   * @throws IllegalArgumentException if the shapes do not tell
   */
  static DitConfig config(TensorSource source) throws IOException {
    TensorSizes sizes = new TensorSizes(source);
    if (DiffusersDit.isNamedSo(source)) {
      throw sizes.unknown("diffusers' names do not tell the size of its samples");
    }
    Shape patch = sizes.shape("x_embedder.proj.weight", 4);
    int width = sizes.size(patch, 0);
    int channels = sizes.size(patch, 1);
    int side = sizes.size(patch, 2);
    if (!HEADS.containsKey(width)) {
      throw sizes.unknown("its width " + width + " does not tell the number of attention heads");
    }
    int outputs = sizes.size(sizes.shape("final_layer.linear.weight", 2), 0);
    int plain = side * side * channels;
    if (outputs != plain && outputs != 2 * plain) {
      throw sizes.unknown("its last layer has " + outputs + " outputs for patches of " + plain);
    }
    int labels = sizes.size(sizes.shape("y_embedder.embedding_table.weight", 2), 0);
    int depth = sizes.blocks("blocks.", ".attn.qkv.weight");
    if (labels < 2 || depth < 1) {
      throw sizes.unknown("it has " + labels + " labels and " + depth + " blocks");
    }
    double ratio = sizes.size(sizes.shape("blocks.0.mlp.fc1.weight", 2), 0) / (double) width;
    return new DitConfig(
        side * sizes.side(sizes.size(sizes.shape(DitShapes.POSITION, 3), 1)),
        side,
        channels,
        width,
        depth,
        HEADS.get(width),
        ratio,
        labels - 1,
        0.1,
        outputs == 2 * plain);
  }
}
