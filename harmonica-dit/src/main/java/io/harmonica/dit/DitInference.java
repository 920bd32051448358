package io.harmonica.dit;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.TensorSource;
import java.io.IOException;
import java.util.Map;

/** What the shapes of a checkpoint's tensors tell about the model. */
final class DitInference {
  private static final String REMEDY = "; give the model's configuration, a config.json";

  /** Attention heads of the public sizes S, B, L and XL by width: nothing else tells them. */
  private static final Map<Integer, Integer> HEADS = Map.of(384, 6, 768, 12, 1024, 16, 1152, 16);

  private final TensorSource source;

  private DitInference(TensorSource source) {
    this.source = source;
  }

  /**
   * Infers the configuration of a model of a public size that has a null label.
   *
   * @throws IllegalArgumentException if the shapes do not tell
   */
  static DitConfig config(TensorSource source) throws IOException {
    return new DitInference(source).config();
  }

  private DitConfig config() throws IOException {
    if (DiffusersDit.isNamedSo(source)) {
      throw unknown("diffusers' names do not tell the size of its samples");
    }
    Shape patch = shape("x_embedder.proj.weight", 4);
    int width = size(patch, 0);
    int channels = size(patch, 1);
    int side = size(patch, 2);
    if (!HEADS.containsKey(width)) {
      throw unknown("its width " + width + " does not tell the number of attention heads");
    }
    int outputs = size(shape("final_layer.linear.weight", 2), 0);
    int plain = side * side * channels;
    if (outputs != plain && outputs != 2 * plain) {
      throw unknown("its last layer has " + outputs + " outputs for patches of " + plain);
    }
    int labels = size(shape("y_embedder.embedding_table.weight", 2), 0);
    int depth = depth();
    if (labels < 2 || depth < 1) {
      throw unknown("it has " + labels + " labels and " + depth + " blocks");
    }
    double ratio = size(shape("blocks.0.mlp.fc1.weight", 2), 0) / (double) width;
    return new DitConfig(
        side * grid(),
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

  private int grid() throws IOException {
    int tokens = size(shape(DitShapes.POSITION, 3), 1);
    int grid = (int) Math.round(Math.sqrt(tokens));
    if (grid * grid != tokens) {
      throw unknown("its " + tokens + " positions are no square");
    }
    return grid;
  }

  private int depth() {
    int depth = 0;
    while (source.contains("blocks." + depth + ".attn.qkv.weight")) {
      depth++;
    }
    return depth;
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
        source.path() + " comes without a configuration, and " + reason + REMEDY);
  }
}
