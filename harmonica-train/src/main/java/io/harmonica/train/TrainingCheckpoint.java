package io.harmonica.train;

import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.MalformedCheckpointException;
import io.harmonica.checkpoint.SafetensorsFile;
import io.harmonica.checkpoint.SafetensorsWriter;
import io.harmonica.router.Router;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** Saves and reads the whole state of a router's training, a safetensors file. */
final class TrainingCheckpoint {
  private static final String FORMAT = "harmonica-router-training/1";

  private TrainingCheckpoint() {}

  static void write(Path file, String fingerprint, TrainingState state) throws IOException {
    Router.State router = state.router().state();
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .metadata("format", FORMAT)
            .metadata("fingerprint", fingerprint)
            .metadata("trajectory", Integer.toString(state.trajectory()))
            .metadata("since_refresh", Integer.toString(state.sinceRefresh()));
    put(writer, "logits", router.logits());
    put(writer, "first_moment", router.first());
    put(writer, "second_moment", router.second());
    writer.metadata(
        "updates",
        Arrays.stream(router.updates()).mapToObj(Long::toString).collect(Collectors.joining(",")));
    writer.put("lambda", new Shape(state.lambda().length), state.lambda());
    writer.write(file);
  }

  private static void put(SafetensorsWriter writer, String name, float[][] rows) {
    float[] flat = new float[rows.length * rows[0].length];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * rows[i].length, rows[i].length);
    }
    writer.put(name, new Shape(rows.length, rows[0].length), flat);
  }

  static TrainingState read(Path path, String fingerprint) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      Map<String, String> metadata = file.metadata();
      if (!FORMAT.equals(metadata.get("format"))) {
        throw new IllegalArgumentException(
            path + " is no " + FORMAT + " file; give the checkpoint that training wrote");
      }
      if (!fingerprint.equals(metadata.get("fingerprint"))) {
        throw new IllegalArgumentException(
            "%s was saved with %s, this training has %s; give the same settings or do not resume"
                .formatted(path, metadata.get("fingerprint"), fingerprint));
      }
      return state(file, metadata);
    } catch (NumberFormatException e) {
      throw new MalformedCheckpointException(
          path.toString(),
          "its metadata is damaged",
          -1,
          "start the training anew, without --resume");
    }
  }

  private static TrainingState state(SafetensorsFile file, Map<String, String> metadata)
      throws IOException {
    long[] updates =
        Arrays.stream(metadata.getOrDefault("updates", "").split(",", -1))
            .mapToLong(Long::parseLong)
            .toArray();
    Router router =
        Router.restore(
            new Router.State(
                rows(file, "logits"),
                rows(file, "first_moment"),
                rows(file, "second_moment"),
                updates));
    return new TrainingState(
        router,
        Integer.parseInt(metadata.getOrDefault("trajectory", "")),
        file.readFloats("lambda"),
        Integer.parseInt(metadata.getOrDefault("since_refresh", "")));
  }

  private static float[][] rows(SafetensorsFile file, String name) throws IOException {
    Shape shape = file.info(name).shape();
    float[] flat = file.readFloats(name);
    float[][] rows = new float[(int) shape.get(0)][(int) shape.get(1)];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(flat, i * rows[i].length, rows[i], 0, rows[i].length);
    }
    return rows;
  }
}
