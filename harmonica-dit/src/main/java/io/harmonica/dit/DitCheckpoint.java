package io.harmonica.dit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.kernel.Precision;
import io.harmonica.kernel.PrecisionCast;
import io.harmonica.model.ModelFiles;
import io.harmonica.model.RenamedTensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Brings a DiT into memory from whatever people have on disk: safetensors or PyTorch files, with
 * the names of the public code or of diffusers, alone or in a folder, with or without a
 * configuration.
 */
public final class DitCheckpoint {
  private static final String PART = "transformer";
  private static final String METADATA = "config";

  /** Tensors that every such checkpoint has, in the public code and in diffusers. */
  private static final List<String> MARKS = List.of("x_embedder.proj.weight", DiffusersDit.PATCH);

  /** Prefixes that training scripts put before the names, the better weights first. */
  private static final List<String> PREFIXES = List.of("ema.", "model.", "module.");

  private DitCheckpoint() {}

  /**
   * Reads a DiT. Its configuration is, in this order, the given file, the text {@code config} in
   * the checkpoint's metadata, {@code config.json} beside the checkpoint, or what the tensors'
   * shapes tell about a model of a public size. It may be the public code's or diffusers'.
   *
   * @param model a checkpoint, a folder with one, or the folder of a diffusers pipeline
   * @param config a configuration file that overrules what the model brings
   * @param manager owns the weights
   * @return the model, which the caller closes
   * @throws IOException if a file is missing, damaged or cannot be read
   * @throws IllegalArgumentException if the configuration is unsound or unknown, or if the weights
   *     do not fit it
   */
  public static LoadedDit open(Path model, Optional<Path> config, NDManager manager)
      throws IOException {
    return open(model, config, Precision.FLOAT32, manager);
  }

  /**
   * Reads a DiT to compute in a precision, as {@link #open(Path, Optional, NDManager)}.
   *
   * @param model a checkpoint, a folder with one, or the folder of a diffusers pipeline
   * @param config a configuration file that overrules what the model brings
   * @param precision what the weights become, one by one, whatever the file holds
   * @param manager owns the weights
   * @return the model, which the caller closes
   * @throws IOException if a file is missing, damaged or cannot be read
   * @throws IllegalArgumentException if the configuration is unsound or unknown, or if the weights
   *     do not fit it
   */
  public static LoadedDit open(
      Path model, Optional<Path> config, Precision precision, NDManager manager)
      throws IOException {
    ModelFiles files = ModelFiles.find(model, PART);
    try (TensorSource file = files.open()) {
      TensorSource source = withoutPrefix(file);
      Optional<Described> given = described(config, files, file);
      DitConfig shape = given.isPresent() ? given.get().shape() : DitInference.config(source);
      DiffusionConfig diffusion =
          given.isPresent() ? given.get().diffusion() : DiffusionConfig.fromJson("{}", shape);
      TensorSource named =
          DiffusersDit.isNamedSo(source) ? DiffusersDit.asDit(source, shape) : source;
      Map<String, String> sha256 = files.sha256();
      return new LoadedDit(shape, diffusion, load(manager, shape, named, precision), sha256);
    }
  }

  private static Map<String, NDArray> load(
      NDManager manager, DitConfig config, TensorSource source, Precision precision)
      throws IOException {
    try (NDManager scope = manager.newSubManager();
        PrecisionCast cast = new PrecisionCast(scope, precision)) {
      Map<String, NDArray> weights = DitWeights.load(scope, config, source, cast);
      weights.values().forEach(weight -> weight.attach(manager));
      return weights;
    }
  }

  /** A model as its configuration describes it. */
  private record Described(DitConfig shape, DiffusionConfig diffusion) {}

  private static Optional<Described> described(
      Optional<Path> config, ModelFiles files, TensorSource file) throws IOException {
    if (config.isPresent()) {
      return Optional.of(parse(config.get(), ModelFiles.readConfig(config.get())));
    }
    String embedded = file.metadata().getOrDefault(METADATA, "");
    // Other writers use the same key for other things.
    if (embedded.stripLeading().startsWith("{")) {
      return Optional.of(parse(file.path(), embedded));
    }
    Optional<String> beside = files.config();
    return beside.isPresent()
        ? Optional.of(parse(files.configFile().orElseThrow(), beside.get()))
        : Optional.empty();
  }

  private static Described parse(Path where, String json) {
    try {
      DitConfig shape =
          DiffusersDit.isConfig(json) ? DiffusersDit.config(json) : DitConfig.fromJson(json);
      return new Described(shape, DiffusionConfig.fromJson(json, shape));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(where + ": " + e.getMessage(), e);
    }
  }

  /** Picks one model out of a training checkpoint, which holds several beside other things. */
  private static TensorSource withoutPrefix(TensorSource file) {
    Set<String> found = new TreeSet<>();
    for (String name : file.names()) {
      for (String mark : MARKS) {
        if (name.equals(mark) || name.endsWith("." + mark)) {
          found.add(name.substring(0, name.length() - mark.length()));
        }
      }
    }
    String prefix = found.contains("") ? "" : prefix(file.path(), found);
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

  private static String prefix(Path file, Set<String> found) {
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          file + " holds no DiT: it has no tensor " + String.join(" or ", MARKS));
    }
    Optional<String> known = PREFIXES.stream().filter(found::contains).findFirst();
    if (known.isEmpty() && found.size() > 1) {
      throw new IllegalArgumentException(
          file
              + " holds several models, under "
              + String.join(", ", found)
              + "; save the one you want in a file of its own");
    }
    return known.orElse(found.iterator().next());
  }
}
