package io.harmonica.vae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.kernel.PrecisionCast;
import io.harmonica.model.RenamedTensors;
import io.harmonica.model.TensorShapes;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the tensors of a decoder; those of the encoder are never touched. */
final class VaeWeights {
  /** What the parts of the attention were called before diffusers 0.13. */
  private static final Map<String, String> OLD_NAMES =
      Map.of("query", "to_q", "key", "to_k", "value", "to_v", "proj_attn", "to_out.0");

  private VaeWeights() {}

  /**
   * Reads a decoder's tensors as float32, whatever their precision.
   *
   * @return the arrays by their present names, owned by the manager
   * @throws IllegalArgumentException if tensors are missing, superfluous, of another shape or no
   *     floating-point numbers; the message names them
   */
  static Map<String, NDArray> load(NDManager manager, VaeConfig config, TensorSource source)
      throws IOException {
    Map<String, Shape> shapes = VaeShapes.of(config);
    TensorSource decoder = decoder(source);
    TensorShapes.require(decoder, shapes, Set.of());
    Map<String, NDArray> weights = new LinkedHashMap<>();
    for (String name : shapes.keySet()) {
      weights.put(name, PrecisionCast.single(decoder.read(name, manager)));
    }
    return weights;
  }

  /** The decoder's tensors by their present names. */
  private static TensorSource decoder(TensorSource source) {
    Map<String, List<String>> names = new LinkedHashMap<>();
    for (String name : source.names()) {
      if (name.startsWith("decoder.") || name.startsWith("post_quant_conv.")) {
        String present = presentName(name);
        // One that has both names keeps the old one, and is found to be superfluous.
        names.put(source.contains(present) ? name : present, List.of(name));
      }
    }
    return RenamedTensors.of(source, names);
  }

  private static String presentName(String name) {
    for (Map.Entry<String, String> part : OLD_NAMES.entrySet()) {
      String old = VaeShapes.ATTENTION + "." + part.getKey() + ".";
      if (name.startsWith(old)) {
        return VaeShapes.ATTENTION + "." + part.getValue() + "." + name.substring(old.length());
      }
    }
    return name;
  }
}
