package io.harmonica.dit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.kernel.Precision;
import io.harmonica.kernel.PrecisionCast;
import io.harmonica.model.ConfigText;
import io.harmonica.model.ModelFiles;
import io.harmonica.model.ModelPrefix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Brings a DiT into memory from whatever people have on disk: safetensors or PyTorch files, with
 * the names of the public code or of diffusers, alone or in a folder, with or without a
 * configuration.
 */
public final class DitCheckpoint {
  private static final String PART = "transformer";

  /** Tensors that every such checkpoint has, in the public code and in diffusers. */
  private static final List<String> MARKS = List.of("x_embedder.proj.weight", DiffusersDit.PATCH);

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
      TensorSource source = ModelPrefix.strip(file, "DiT", MARKS);
      Optional<Described> given =
          ConfigText.find(config, files, file).map(text -> text.read(DitCheckpoint::described));
      DitConfig shape = given.isPresent() ? given.get().shape() : DitInference.config(source);
      DiffusionConfig diffusion =
          given.isPresent() ? given.get().diffusion() : DiffusionConfig.fromJson("{}", shape);
      TensorSource named =
          DiffusersDit.isNamedSo(source) ? DiffusersDit.asDit(source, shape) : source;
      Map<String, String> sha256 = files.sha256();
      return new LoadedDit(shape, diffusion, load(manager, shape, named, precision), sha256);
    }
  }

  /**
   * Finds a model's configuration without reading its weights.
   *
   * @param model a checkpoint, a folder with one, or the folder of a diffusers pipeline
   * @param config a configuration file that overrules what the model brings
   * @return the configuration, if there is one
   * @throws IOException if a file is missing, damaged or cannot be read
   */
  public static Optional<ConfigText> configuration(Path model, Optional<Path> config)
      throws IOException {
    ModelFiles files = ModelFiles.find(model, PART);
    try (TensorSource file = files.open()) {
      return ConfigText.find(config, files, file);
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

  private static Described described(String json) {
    DitConfig shape =
        DiffusersDit.isConfig(json) ? DiffusersDit.config(json) : DitConfig.fromJson(json);
    return new Described(shape, DiffusionConfig.fromJson(json, shape));
  }
}
