package io.harmonica.hostile;

import io.harmonica.checkpoint.numpy.NpyMatrixWriter;
import io.harmonica.clip.RandomClip;
import io.harmonica.dit.Goldens;
import io.harmonica.plan.Forecast;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Sound files of the hostile formats, which mutations start from. */
final class SoundFiles {
  /** A sharded checkpoint's list of files. */
  static final String SHARDS =
      "{\"metadata\": {\"total_size\": 8}, \"weight_map\": {\"a\": \"x-1.safetensors\","
          + " \"b.weight\": \"x-2.safetensors\"}}";

  /** A schedule of two steps and one block. */
  static final String ECAD =
      "{\"cache_schedule\": {\"num_blocks\": 1, \"num_inference_steps\": 2, \"schedule\":"
          + " {\"000\": {\"0\": {\"attn1\": true, \"attn2\": true, \"ff\": true}},"
          + " \"001\": {\"0\": {\"attn1\": false, \"attn2\": true, \"ff\": false}}}}}";

  private SoundFiles() {}

  /** A matrix of NumPy's. */
  static List<byte[]> matrix() throws IOException {
    Path file = Files.createTempFile("matrix", ".npy");
    try {
      try (NpyMatrixWriter writer = new NpyMatrixWriter(file, 3, 2)) {
        writer.add(new float[] {1, 2, 3, 4, 5, 6});
      }
      return List.of(Files.readAllBytes(file));
    } finally {
      Files.delete(file);
    }
  }

  /** A router that repeats, and one that forecasts. */
  static List<byte[]> routers() throws IOException {
    Map<String, String> settings = Map.of("steps", "3", "blocks", "2");
    RouterProvenance provenance =
        new RouterProvenance("model", "ab", "ddim", 1.5, 0.5, 7, "1.0", settings);
    Path file = Files.createTempFile("router", ".safetensors");
    try {
      float[][] logits = {{5, 5}, {1, -1}, {-2, 2}};
      new Router(logits, provenance).write(file);
      byte[] repeating = Files.readAllBytes(file);
      new Router(logits, provenance, SoundFiles::line).write(file);
      return List.of(repeating, Files.readAllBytes(file));
    } finally {
      Files.delete(file);
    }
  }

  /** Goes on along a line where there are two outputs. */
  private static Forecast line(int step, int branch, int[] history) {
    return history.length > 1 ? Forecast.of(1.5f, -0.5f) : Forecast.REUSE;
  }

  /** A tokenizer's description. */
  static List<byte[]> clipTokenizer() throws IOException {
    Path folder = Files.createTempDirectory("clip");
    try {
      RandomClip.write(folder, 1);
      return List.of(Files.readAllBytes(folder.resolve("tokenizer.json")));
    } finally {
      for (String name : List.of("tokenizer.json", "config.json", "model.safetensors")) {
        Files.deleteIfExists(folder.resolve(name));
      }
      Files.delete(folder);
    }
  }

  /**
   * From the reference data, or with a slash from the files that core's readers are tested with.
   */
  static byte[] reference(String name) {
    Path file =
        name.startsWith("/")
            ? Path.of("..", "harmonica-core", "src", "test", "resources", name.substring(1))
            : Goldens.folder(name);
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
