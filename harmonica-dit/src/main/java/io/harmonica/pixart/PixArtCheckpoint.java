package io.harmonica.pixart;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.kernel.Precision;
import io.harmonica.kernel.PrecisionCast;
import io.harmonica.model.ModelFiles;
import io.harmonica.model.RenamedTensors;
import io.harmonica.model.TensorShapes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Brings a PixArt transformer in the diffusers layout into memory. */
public final class PixArtCheckpoint {
  private static final String PART = "transformer";

  private PixArtCheckpoint() {}

  /**
   * Reads a transformer, tensor by tensor.
   *
   * @param path a pipeline's folder, its folder {@code transformer}, or a checkpoint or index with
   *     {@code config.json} beside it
   * @param precision what the weights become, whatever the file holds
   * @param manager owns the weights
   * @return the transformer, which the caller closes
   * @throws IOException if a file is missing, damaged or cannot be read
   * @throws IllegalArgumentException if the configuration is of another architecture or unsound, or
   *     if the weights do not fit it; the message names the tensors at fault
   */
  public static LoadedPixArt open(Path path, Precision precision, NDManager manager)
      throws IOException {
    ModelFiles files = ModelFiles.find(path, PART);
    PixArtConfig config = config(files);
    try (TensorSource source = files.open()) {
      Map<String, NDArray> weights = load(manager, config, source, precision);
      return new LoadedPixArt(config, weights, files.sha256());
    }
  }

  /**
   * Looks whether a transformer is complete, and reads nothing of it but its configuration.
   *
   * @param path as {@link #open} takes it
   * @return the configuration
   * @throws IOException if a file is missing, damaged or cannot be read
   * @throws IllegalArgumentException as for {@link #open}
   */
  public static PixArtConfig inspect(Path path) throws IOException {
    ModelFiles files = ModelFiles.find(path, PART);
    PixArtConfig config = config(files);
    try (TensorSource source = files.open()) {
      TensorShapes.require(source, PixArtTensors.shapes(config), PixArtTensors.IGNORED);
    }
    return config;
  }

  private static PixArtConfig config(ModelFiles files) throws IOException {
    String json =
        files
            .config()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        files.weights()
                            + " has no config.json beside it; copy the transformer's there"));
    try {
      return PixArtConfig.fromJson(json);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          files.configFile().orElseThrow() + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, NDArray> load(
      NDManager manager, PixArtConfig config, TensorSource source, Precision precision)
      throws IOException {
    TensorShapes.require(source, PixArtTensors.shapes(config), PixArtTensors.IGNORED);
    TensorSource joined = RenamedTensors.of(source, PixArtTensors.parts(config));
    Map<String, NDArray> weights = new LinkedHashMap<>();
    try (NDManager scope = manager.newSubManager();
        PrecisionCast cast = new PrecisionCast(scope, precision)) {
      for (String name : joined.names()) {
        weights.put(name, cast.apply(joined.read(name, scope)));
      }
      weights.values().forEach(weight -> weight.attach(manager));
      return weights;
    }
  }
}
