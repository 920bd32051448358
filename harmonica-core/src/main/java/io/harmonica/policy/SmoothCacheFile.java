package io.harmonica.policy;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.Matrices;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ModelFit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Reads and writes the profiles of SmoothCache: a safetensors file with one tensor {@code errors},
 * [kinds, T, gaps], and where it comes from as metadata. No times and no paths, so that the same
 * measurement gives the same bytes.
 */
public final class SmoothCacheFile {
  private static final String FORMAT = "harmonica-smoothcache/1";
  private static final String TENSOR = "errors";
  private static final String SETTING = "setting.";

  /** Far more than any profile has; keeps files that lie about their size from filling memory. */
  private static final int MAX_VALUES = 1_000_000;

  private SmoothCacheFile() {}

  /**
   * Writes a profile as a whole or not at all.
   *
   * @param path the file
   * @param profile the profile
   * @throws IOException if it cannot be written
   */
  public static void write(Path path, SmoothCacheProfile profile) throws IOException {
    List<BranchKind> kinds = profile.layout().kinds();
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .metadata("format", FORMAT)
            .metadata("model", profile.origin().model())
            .metadata("model_sha256", profile.origin().modelHash())
            .metadata("sampler", profile.origin().sampler())
            .metadata("blocks", Integer.toString(profile.layout().blocks()))
            .metadata("kinds", kinds.stream().map(Enum::name).collect(Collectors.joining(",")));
    profile.settings().forEach((name, value) -> writer.metadata(SETTING + name, value));
    float[][] rows = new float[kinds.size() * profile.steps()][profile.maxGap()];
    for (int row = 0; row < rows.length; row++) {
      for (int gap = 1; gap <= profile.maxGap(); gap++) {
        rows[row][gap - 1] = profile.error(row / profile.steps(), row % profile.steps(), gap);
      }
    }
    writer.put(
        TENSOR, new Shape(kinds.size(), profile.steps(), profile.maxGap()), Matrices.flat(rows));
    writer.write(path);
  }

  /**
   * Reads a profile.
   *
   * @param path the file
   * @return the profile
   * @throws MalformedCheckpointException if the file is damaged or holds no profile
   * @throws IOException if it cannot be read
   */
  public static SmoothCacheProfile read(Path path) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      Map<String, String> metadata = file.metadata();
      if (!FORMAT.equals(metadata.get("format")) || !file.contains(TENSOR)) {
        throw new IllegalArgumentException("it is no " + FORMAT + " file");
      }
      BranchLayout layout =
          new BranchLayout(
              Integer.parseInt(text(metadata, "blocks")),
              Arrays.stream(text(metadata, "kinds").split(",")).map(BranchKind::valueOf).toList());
      ModelFit origin =
          new ModelFit(
              text(metadata, "model"), text(metadata, "model_sha256"), text(metadata, "sampler"));
      return new SmoothCacheProfile(origin, layout, errors(file), settings(metadata));
    } catch (IllegalArgumentException e) {
      // The reason may quote the file, which must not command a terminal.
      MalformedCheckpointException failure =
          new MalformedCheckpointException(
              path.toString(),
              String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", "?"),
              -1,
              "give a profile that a calibration of SmoothCache wrote");
      failure.initCause(e);
      throw failure;
    }
  }

  private static String text(Map<String, String> metadata, String name) {
    String value = metadata.get(name);
    if (value == null) {
      throw new IllegalArgumentException("its metadata lacks \"" + name + "\"");
    }
    return value;
  }

  private static Map<String, String> settings(Map<String, String> metadata) {
    Map<String, String> settings = new TreeMap<>();
    metadata.forEach(
        (name, value) -> {
          if (name.startsWith(SETTING)) {
            settings.put(name.substring(SETTING.length()), value);
          }
        });
    return settings;
  }

  private static float[][][] errors(SafetensorsFile file) throws IOException {
    Shape shape = file.info(TENSOR).shape();
    if (shape.dimension() != 3 || shape.size() < 1 || shape.size() > MAX_VALUES) {
      throw new IllegalArgumentException("its errors are " + shape + ", expected (kinds, T, gaps)");
    }
    float[][] rows = Matrices.rows(file.readFloats(TENSOR), (int) shape.get(2));
    int steps = (int) shape.get(1);
    float[][][] errors = new float[(int) shape.get(0)][][];
    for (int kind = 0; kind < errors.length; kind++) {
      errors[kind] = Arrays.copyOfRange(rows, kind * steps, (kind + 1) * steps);
    }
    return errors;
  }
}
