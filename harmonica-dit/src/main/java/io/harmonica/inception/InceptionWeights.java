package io.harmonica.inception;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.inception.InceptionBlocks.Block;
import io.harmonica.inception.InceptionBlocks.Convolution;
import io.harmonica.kernel.Layer;
import io.harmonica.model.TensorShapes;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads a checkpoint and folds every batch norm into the convolution before it. */
final class InceptionWeights {
  /** What the network's batch norms add to the variance. */
  private static final double EPSILON = 1e-3;

  private InceptionWeights() {}

  /**
   * Reads the convolutions.
   *
   * @return them by name, owned by the manager
   * @throws IllegalArgumentException if tensors are missing, superfluous or of another shape
   */
  static Map<String, Layer> load(NDManager manager, TensorSource source) throws IOException {
    Set<String> counters =
        source.names().stream()
            .filter(name -> name.endsWith(".bn.num_batches_tracked"))
            .collect(Collectors.toSet());
    TensorShapes.require(source, InceptionBlocks.shapes(), counters);
    Map<String, Layer> layers = new LinkedHashMap<>();
    for (Block block : InceptionBlocks.ALL) {
      for (Convolution convolution : block.convolutions()) {
        layers.put(convolution.name(), folded(manager, source, convolution));
      }
    }
    return layers;
  }

  /** With s = gamma / sqrt(variance + epsilon): weight s w, bias beta - s mean. */
  private static Layer folded(NDManager manager, TensorSource source, Convolution convolution)
      throws IOException {
    float[] weight = source.readFloats(convolution.tensor("conv.weight"));
    float[] gamma = source.readFloats(convolution.tensor("bn.weight"));
    float[] bias = source.readFloats(convolution.tensor("bn.bias"));
    float[] mean = source.readFloats(convolution.tensor("bn.running_mean"));
    float[] variance = source.readFloats(convolution.tensor("bn.running_var"));
    int each = weight.length / gamma.length;
    for (int out = 0; out < gamma.length; out++) {
      double scale = gamma[out] / Math.sqrt(variance[out] + EPSILON);
      bias[out] = (float) (bias[out] - scale * mean[out]);
      for (int i = out * each; i < (out + 1) * each; i++) {
        weight[i] = (float) (scale * weight[i]);
      }
    }
    NDArray kernel = manager.create(weight, convolution.weight());
    return new Layer(kernel, manager.create(bias));
  }
}
