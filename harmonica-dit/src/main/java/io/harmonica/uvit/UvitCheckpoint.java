package io.harmonica.uvit;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.kernel.Precision;
import io.harmonica.kernel.PrecisionCast;
import io.harmonica.model.ConfigText;
import io.harmonica.model.ModelFiles;
import io.harmonica.model.ModelPrefix;
import io.harmonica.model.TensorShapes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Brings a U-ViT into memory, from the public {@code .pth} or from safetensors. */
public final class UvitCheckpoint {
  /** What a configuration calls the family. */
  public static final String FAMILY = "uvit";

  private static final String PART = "transformer";
  private static final List<String> MARKS = List.of("mid_block.attn.qkv.weight");

  private UvitCheckpoint() {}

  /**
   * Tells whether a checkpoint holds a U-ViT, by the names of its tensors.
   *
   * @param model a checkpoint or a folder with one
   * @return true if {@link #open} takes it
   * @throws IOException if a file is missing, damaged or cannot be read
   */
  public static boolean isIn(Path model) throws IOException {
    try (TensorSource file = ModelFiles.find(model, PART).open()) {
      return file.names().stream().anyMatch(name -> MARKS.stream().anyMatch(name::endsWith));
    }
  }

  /**
   * Reads a U-ViT, tensor by tensor. Its configuration is, in this order, the given file, the text
   * {@code config} in the checkpoint's metadata, {@code config.json} beside the checkpoint, or what
   * the tensors' shapes tell about a model of a public size.
   *
   * @param model a checkpoint or a folder with one
   * @param config a configuration file that overrules what the model brings
   * @param precision what the weights become, one by one, whatever the file holds
   * @param manager owns the weights
   * @return the model, which the caller closes
   * @throws IOException if a file is missing, damaged or cannot be read
   * @throws IllegalArgumentException if the configuration is unsound or unknown, or if the weights
   *     do not fit it
   */
  public static LoadedUvit open(
      Path model, Optional<Path> config, Precision precision, NDManager manager)
      throws IOException {
    ModelFiles files = ModelFiles.find(model, PART);
    try (TensorSource file = files.open()) {
      TensorSource source = ModelPrefix.strip(file, "U-ViT", MARKS);
      Optional<ConfigText> text = ConfigText.find(config, files, file);
      UvitConfig shape =
          text.isPresent() ? text.get().read(UvitConfig::fromJson) : UvitInference.config(source);
      TensorShapes.require(source, UvitShapes.of(shape), Set.of());
      return new LoadedUvit(shape, load(manager, shape, source, precision), files.sha256());
    }
  }

  private static Map<String, NDArray> load(
      NDManager manager, UvitConfig config, TensorSource source, Precision precision)
      throws IOException {
    Map<String, NDArray> weights = new LinkedHashMap<>();
    try (NDManager scope = manager.newSubManager();
        PrecisionCast cast = new PrecisionCast(scope, precision)) {
      for (String name : UvitShapes.of(config).keySet()) {
        weights.put(name, cast.apply(source.read(name, scope)));
      }
      if (!config.qkvBias()) {
        addZeroBiases(config, weights, scope, cast);
      }
      weights.values().forEach(weight -> weight.attach(manager));
      return weights;
    }
  }

  /** The fused attention always adds a bias. */
  private static void addZeroBiases(
      UvitConfig config, Map<String, NDArray> weights, NDManager scope, PrecisionCast cast) {
    for (int block = 0; block < config.blocks(); block++) {
      NDArray zeros = scope.zeros(new Shape(3L * config.embedDim()));
      weights.put(UvitShapes.prefix(config, block) + UvitShapes.QKV_BIAS, cast.apply(zeros));
    }
  }
}
