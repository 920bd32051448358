package io.harmonica.train;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.checkpoint.tensor.Matrices;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** Saves and reads the whole state of a router's training, a safetensors file. */
final class TrainingCheckpoint {
  private static final String FORMAT = "harmonica-router-training/4";

  private TrainingCheckpoint() {}

  static void write(Path file, String fingerprint, TrainingState state) throws IOException {
    TrainableRouter.State router = state.router().state();
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .metadata("format", FORMAT)
            .metadata("fingerprint", fingerprint)
            .metadata("trajectory", Integer.toString(state.trajectory()))
            .metadata("since_refresh", Integer.toString(state.sinceRefresh()))
            .metadata("beta", Double.toString(state.price().beta()));
    put(writer, "logits", router.logits());
    put(writer, "first_moment", router.first());
    put(writer, "second_moment", router.second());
    if (state.price().worth().length > 0) {
      put(writer, "worth", state.price().worth());
    }
    writer.metadata(
        "updates",
        Arrays.stream(router.updates()).mapToObj(Long::toString).collect(Collectors.joining(",")));
    writer.put("lambda", new Shape(state.lambda().length), state.lambda());
    writer.write(file);
  }

  private static void put(SafetensorsWriter writer, String name, float[][] rows) {
    writer.put(name, new Shape(rows.length, rows[0].length), Matrices.flat(rows));
  }

  /**
   * Reads a state to go on from.
   *
   * @param path the file
   * @param fingerprint what the training at hand belongs to
   * @param unit what the training counts, for the message
   * @param wanted how many of them it is to have in the end
   * @throws IllegalArgumentException if the file belongs to another training, or has more of them
   */
  static TrainingState read(Path path, String fingerprint, String unit, int wanted)
      throws IOException {
    TrainingState state = read(path, fingerprint);
    if (state.trajectory() > wanted) {
      throw new IllegalArgumentException(
          "%s is %d, but %s was saved after %d; give at least %d or do not resume"
              .formatted(unit, wanted, path, state.trajectory(), state.trajectory()));
    }
    return state;
  }

  private static TrainingState read(Path path, String fingerprint) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      Map<String, String> metadata = file.metadata();
      if (!FORMAT.equals(metadata.get("format"))) {
        throw new IllegalArgumentException(
            path + " is no " + FORMAT + " file; give the checkpoint that training wrote");
      }
      check(path, metadata, fingerprint);
      return state(file, metadata);
    } catch (NumberFormatException e) {
      throw damaged(path, "its metadata is damaged", e);
    }
  }

  /**
   * Refuses a saved state of other settings.
   *
   * @param path the file, for the message
   * @param metadata the file's
   * @param fingerprint what the training at hand belongs to
   * @throws IllegalArgumentException if the file belongs to another; the message names both
   */
  static void check(Path path, Map<String, String> metadata, String fingerprint) {
    if (!fingerprint.equals(metadata.get("fingerprint"))) {
      throw new IllegalArgumentException(
          "%s was saved with %s, this training has %s; give the same settings or do not resume"
              .formatted(path, metadata.get("fingerprint"), fingerprint));
    }
  }

  /**
   * Says that a saved state is damaged.
   *
   * @param path the file
   * @param what is wrong with it
   * @param cause what was thrown; null if nothing was
   * @return the exception, to be thrown
   */
  static MalformedCheckpointException damaged(Path path, String what, Exception cause) {
    MalformedCheckpointException failure =
        new MalformedCheckpointException(
            path.toString(), what, -1, "start the training anew, without --resume");
    failure.initCause(cause);
    return failure;
  }

  private static TrainingState state(SafetensorsFile file, Map<String, String> metadata)
      throws IOException {
    long[] updates =
        Arrays.stream(metadata.getOrDefault("updates", "").split(",", -1))
            .mapToLong(Long::parseLong)
            .toArray();
    float[] lambda = file.readFloats("lambda");
    Shape shape = file.info("logits").shape();
    if (shape.dimension() != 2
        || shape.get(0) != updates.length
        || lambda.length != updates.length) {
      throw damaged(file.path(), "its tensors do not fit together", null);
    }
    TrainableRouter.State state =
        new TrainableRouter.State(
            rows(file, "logits", shape),
            rows(file, "first_moment", shape),
            rows(file, "second_moment", shape),
            updates);
    Price price =
        new Price(
            Double.parseDouble(metadata.getOrDefault("beta", "")),
            file.names().contains("worth") ? rows(file, "worth", shape) : new float[0][]);
    return new TrainingState(
        TrainableRouter.restore(state),
        Integer.parseInt(metadata.getOrDefault("trajectory", "")),
        lambda,
        Integer.parseInt(metadata.getOrDefault("since_refresh", "")),
        price);
  }

  private static float[][] rows(SafetensorsFile file, String name, Shape expected)
      throws IOException {
    if (!file.info(name).shape().equals(expected)) {
      throw damaged(file.path(), name + " is not of the logits' shape " + expected, null);
    }
    return Matrices.rows(file.readFloats(name), (int) expected.get(1));
  }
}
