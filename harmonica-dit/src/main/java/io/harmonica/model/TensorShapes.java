package io.harmonica.model;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorInfo;
import io.harmonica.checkpoint.tensor.TensorSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares what a checkpoint holds with what a model needs. */
public final class TensorShapes {
  private static final int SHOWN = 8;

  private TensorShapes() {}

  /**
   * Refuses a checkpoint that does not hold a model's tensors and no others.
   *
   * @param source an open checkpoint
   * @param shapes the model's tensors
   * @param optional names that may be missing, or there although the model has no use for them
   * @throws IOException if the file cannot be read
   * @throws IllegalArgumentException if tensors are missing, superfluous, of another shape or no
   *     floating-point numbers; the message names them all, or the first ones and how many more
   */
  public static void require(TensorSource source, Map<String, Shape> shapes, Set<String> optional)
      throws IOException {
    List<String> problems = new ArrayList<>();
    for (Map.Entry<String, Shape> tensor : shapes.entrySet()) {
      String name = tensor.getKey();
      if (source.contains(name)) {
        TensorInfo found = source.info(name);
        if (!found.shape().equals(tensor.getValue())) {
          problems.add(name + " is " + found.shape() + ", expected " + tensor.getValue());
        } else if (!found.type().isFloating()) {
          problems.add(name + " holds " + found.type() + ", no floating-point numbers");
        }
      } else if (!optional.contains(name)) {
        problems.add(name + " is missing");
      }
    }
    for (String name : source.names()) {
      if (!shapes.containsKey(name) && !optional.contains(name)) {
        problems.add(MalformedCheckpointException.quote(name) + " is not part of such a model");
      }
    }
    if (!problems.isEmpty()) {
      int shown = Math.min(problems.size(), SHOWN);
      throw new IllegalArgumentException(
          source.path()
              + " does not hold the weights of this configuration: "
              + String.join("; ", problems.subList(0, shown))
              + (shown < problems.size() ? "; and " + (problems.size() - shown) + " more" : ""));
    }
  }
}
