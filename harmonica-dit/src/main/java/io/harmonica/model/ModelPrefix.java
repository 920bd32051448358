package io.harmonica.model;

import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.TensorSource;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Picks one model out of a training checkpoint, which holds several beside other things. */
public final class ModelPrefix {
  /** Prefixes that training scripts put before the names, the better weights first. */
  private static final List<String> PREFIXES = List.of("ema.", "model.", "module.");

  private static final int SHOWN = 8;

  private ModelPrefix() {}

  /**
   * Hides what is not the model, and the prefix of its names.
   *
   * @param file an open checkpoint
   * @param what the kind of model, for messages
   * @param marks tensors one of which every such model has
   * @return the model's tensors; closed with the file
   * @throws IllegalArgumentException if there is no such model, or several of which none is better
   */
  public static TensorSource strip(TensorSource file, String what, List<String> marks) {
    Set<String> found = new TreeSet<>();
    for (String name : file.names()) {
      for (String mark : marks) {
        if (name.equals(mark) || name.endsWith("." + mark)) {
          found.add(name.substring(0, name.length() - mark.length()));
        }
      }
    }
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          file.path() + " holds no " + what + ": it has no tensor " + String.join(" or ", marks));
    }
    String prefix = found.contains("") ? "" : best(file.path(), found);
    if (prefix.isEmpty()) {
      return file;
    }
    Map<String, List<String>> names = new LinkedHashMap<>();
    for (String name : file.names()) {
      if (name.startsWith(prefix)) {
        names.put(name.substring(prefix.length()), List.of(name));
      }
    }
    return RenamedTensors.of(file, names);
  }

  private static String best(Path file, Set<String> found) {
    Optional<String> known = PREFIXES.stream().filter(found::contains).findFirst();
    if (known.isEmpty() && found.size() > 1) {
      throw new IllegalArgumentException(
          file
              + " holds several models, under "
              + found.stream()
                  .limit(SHOWN)
                  .map(MalformedCheckpointException::quote)
                  .collect(Collectors.joining(", "))
              + "; save the one you want in a file of its own");
    }
    return known.orElse(found.iterator().next());
  }
}
