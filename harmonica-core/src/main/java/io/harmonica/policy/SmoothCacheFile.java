package io.harmonica.policy;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.Matrices;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads and writes the profiles of SmoothCache: a safetensors file with one tensor {@code errors},
 * [kinds, T, gaps], and where it comes from as metadata. No times and no paths, so that the same
 * measurement gives the same bytes.
 */
public final class SmoothCacheFile {
  private static final CalibrationFile FILE =
      new CalibrationFile(
          "harmonica-smoothcache/1", "give a profile that a calibration of SmoothCache wrote");

  private static final String TENSOR = "errors";

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
    int kinds = profile.layout().kinds().size();
    float[][] rows = new float[kinds * profile.steps()][profile.maxGap()];
    for (int row = 0; row < rows.length; row++) {
      for (int gap = 1; gap <= profile.maxGap(); gap++) {
        rows[row][gap - 1] = profile.error(row / profile.steps(), row % profile.steps(), gap);
      }
    }
    FILE.begin(new CalibrationFile.Origin(profile.origin(), profile.layout(), profile.settings()))
        .put(TENSOR, new Shape(kinds, profile.steps(), profile.maxGap()), Matrices.flat(rows))
        .write(path);
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
    return FILE.read(
        path,
        (file, origin) ->
            new SmoothCacheProfile(origin.fit(), origin.layout(), errors(file), origin.settings()));
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
