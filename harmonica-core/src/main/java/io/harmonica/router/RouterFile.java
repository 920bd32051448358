package io.harmonica.router;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.MalformedCheckpointException;
import io.harmonica.checkpoint.SafetensorsFile;
import io.harmonica.checkpoint.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Reads and writes routers: a safetensors file with one tensor {@code logits}, [T, branches] in
 * execution order, and the provenance as metadata.
 */
public final class RouterFile {
  private static final String FORMAT = "harmonica-router/1";
  private static final String TENSOR = "logits";

  private RouterFile() {}

  /**
   * Writes a router beside its place and moves it there, so that the file is whole or absent.
   *
   * @param path the file
   * @param scores the router
   * @throws IOException if it cannot be written
   */
  public static void write(Path path, RouterScores scores) throws IOException {
    float[][] logits = scores.logits();
    float[] flat = new float[scores.steps() * scores.branches()];
    for (int step = 0; step < logits.length; step++) {
      System.arraycopy(logits[step], 0, flat, step * scores.branches(), scores.branches());
    }
    SafetensorsWriter writer = new SafetensorsWriter().metadata("format", FORMAT);
    scores.provenance().toMetadata().forEach(writer::metadata);
    writer.put(TENSOR, new Shape(scores.steps(), scores.branches()), flat).write(path);
  }

  /**
   * Reads a router.
   *
   * @param path the file
   * @return the router
   * @throws MalformedCheckpointException if the file is damaged or holds no router
   * @throws IOException if it cannot be read
   */
  public static RouterScores read(Path path) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      if (!FORMAT.equals(file.metadata().get("format")) || !file.names().contains(TENSOR)) {
        throw notARouter(path, "it is no " + FORMAT + " file", null);
      }
      Shape shape = file.info(TENSOR).shape();
      if (shape.dimension() != 2) {
        throw notARouter(path, "its logits are " + shape + ", expected (T, branches)", null);
      }
      float[] flat = file.readFloats(TENSOR);
      float[][] logits = new float[(int) shape.get(0)][(int) shape.get(1)];
      for (int step = 0; step < logits.length; step++) {
        System.arraycopy(flat, step * logits[step].length, logits[step], 0, logits[step].length);
      }
      return new RouterScores(logits, RouterProvenance.fromMetadata(file.metadata()));
    } catch (IllegalArgumentException e) {
      throw notARouter(path, e.getMessage(), e);
    }
  }

  private static MalformedCheckpointException notARouter(Path path, String why, Exception cause) {
    MalformedCheckpointException failure =
        new MalformedCheckpointException(
            path.toString(), why, -1, "give a router that \"train\" wrote");
    failure.initCause(cause);
    return failure;
  }
}
