package io.harmonica.vae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.TensorSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the tensors of a decoder; those of the encoder are never touched. */
final class VaeWeights {
  /** What the parts of the attention were called before diffusers 0.13. */
  private static final Map<String, String> OLD_NAMES =
      Map.of("to_q", "query", "to_k", "key", "to_v", "value", "to_out.0", "proj_attn");

  private VaeWeights() {}

  /**
   * Reads a decoder's tensors, widened to float32.
   *
   * @return the arrays by their present names, owned by the manager
   * @throws IllegalArgumentException if tensors are missing, superfluous or of another shape; the
   *     message names them all
   */
  static Map<String, NDArray> load(NDManager manager, VaeConfig config, TensorSource source)
      throws IOException {
    Map<String, Shape> shapes = VaeShapes.of(config);
    Map<String, String> stored = storedNames(shapes, source);
    check(shapes, stored, source);
    Map<String, NDArray> weights = new LinkedHashMap<>();
    for (Map.Entry<String, String> name : stored.entrySet()) {
      weights.put(name.getKey(), source.read(name.getValue(), manager));
    }
    return weights;
  }

  /** Maps the names to those in the file, in the file's old or present way of naming. */
  private static Map<String, String> storedNames(Map<String, Shape> shapes, TensorSource source) {
    Map<String, String> stored = new LinkedHashMap<>();
    for (String name : shapes.keySet()) {
      String old = oldName(name);
      stored.put(name, !source.contains(name) && source.contains(old) ? old : name);
    }
    return stored;
  }

  private static String oldName(String name) {
    for (Map.Entry<String, String> part : OLD_NAMES.entrySet()) {
      String prefix = VaeShapes.ATTENTION + "." + part.getKey() + ".";
      if (name.startsWith(prefix)) {
        return VaeShapes.ATTENTION + "." + part.getValue() + "." + name.substring(prefix.length());
      }
    }
    return name;
  }

  private static void check(
      Map<String, Shape> shapes, Map<String, String> stored, TensorSource source)
      throws IOException {
    List<String> problems = new ArrayList<>();
    for (Map.Entry<String, String> name : stored.entrySet()) {
      Shape expected = shapes.get(name.getKey());
      if (!source.contains(name.getValue())) {
        problems.add(name.getValue() + " is missing");
      } else if (!source.info(name.getValue()).shape().equals(expected)) {
        Shape found = source.info(name.getValue()).shape();
        problems.add(name.getValue() + " is " + found + ", expected " + expected);
      }
    }
    for (String name : source.names()) {
      boolean decoders = name.startsWith("decoder.") || name.startsWith("post_quant_conv.");
      if (decoders && !stored.containsValue(name)) {
        problems.add(name + " is not part of such a decoder");
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          source.path()
              + " does not hold the decoder of this configuration: "
              + String.join("; ", problems));
    }
  }
}
