package io.harmonica.cli.evaluate;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import io.harmonica.eval.Estimate;
import io.harmonica.files.AtomicFiles;
import io.harmonica.files.LibraryVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Scores with all that they depend on.
 *
 * @param samples the images that were judged
 * @param reference the images that they were compared with
 * @param weights the network's file
 * @param weightsHash its SHA-256
 * @param clip the model that scored images by their prompts, if one did
 * @param scores the scores
 */
public record EvaluationReport(
    ImageSide samples,
    ImageSide reference,
    Path weights,
    String weightsHash,
    Optional<ClipSide> clip,
    Scores scores) {

  /** {@return the report as lines for a terminal} */
  public String table() {
    Map<String, String> titles =
        Map.of(
            "fid", "FID",
            "sfid", "sFID",
            "inceptionScore", "Inception Score",
            "precision", "precision",
            "recall", "recall",
            "kid", "KID",
            "clipScore", "CLIP score");
    StringBuilder text = new StringBuilder();
    text.append("samples    %s%n".formatted(side(samples)));
    text.append("reference  %s%n".formatted(side(reference)));
    text.append("inception  %s, sha256 %s%n".formatted(weights, weightsHash.substring(0, 16)));
    clip.ifPresent(
        side ->
            text.append(
                "clip       %s, sha256 %s, %d prompts%n"
                    .formatted(side.name(), side.sha256().substring(0, 16), side.prompts())));
    text.append(System.lineSeparator());
    text.append("%-16s %12s  %s%n".formatted("", "value", "95% interval"));
    scores
        .byName()
        .forEach(
            (name, estimate) ->
                text.append(
                    estimate
                        .map(found -> line(titles.get(name), found))
                        .orElse("%-16s %12s%n".formatted(titles.get(name), "-"))));
    scores.warnings().forEach(warning -> text.append("%nnote: %s".formatted(warning)));
    return text.toString().stripTrailing() + System.lineSeparator();
  }

  private static String line(String title, Estimate estimate) {
    return String.format(
        Locale.ROOT,
        "%-16s %12.5g  %.5g to %.5g%n",
        title,
        estimate.value(),
        estimate.interval().low(),
        estimate.interval().high());
  }

  private static String side(ImageSide side) {
    String images =
        side.count() == 0
            ? "statistics"
            : "%d images of %d x %d%s"
                .formatted(
                    side.count(),
                    side.height(),
                    side.width(),
                    side.statistics() ? " and statistics" : "");
    return "%s: %s, sha256 %s".formatted(side.name(), images, side.sha256().substring(0, 16));
  }

  /** {@return the report as JSON} */
  public String json() {
    JsonObject json = new JsonObject();
    JsonObject intervals = new JsonObject();
    scores
        .byName()
        .forEach(
            (name, estimate) -> {
              if (estimate.isEmpty()) {
                json.add(name, JsonNull.INSTANCE);
                return;
              }
              json.addProperty(name, estimate.get().value());
              JsonArray interval = new JsonArray();
              interval.add(estimate.get().interval().low());
              interval.add(estimate.get().interval().high());
              intervals.add(name, interval);
            });
    json.add("intervals", intervals);
    json.add("samples", json(samples));
    json.add("reference", json(reference));
    JsonObject network = new JsonObject();
    network.addProperty("path", weights.toString());
    network.addProperty("sha256", weightsHash);
    json.add("inception", network);
    clip.ifPresent(side -> json.add("clip", json(side)));
    JsonArray warnings = new JsonArray();
    scores.warnings().forEach(warnings::add);
    json.add("warnings", warnings);
    json.addProperty("libraryVersion", LibraryVersion.text());
    return new GsonBuilder()
            .setPrettyPrinting()
            .serializeNulls()
            .disableHtmlEscaping()
            .create()
            .toJson(json)
        + "\n";
  }

  private static JsonObject json(ClipSide side) {
    JsonObject json = new JsonObject();
    json.addProperty("path", side.name());
    json.addProperty("sha256", side.sha256());
    json.addProperty("prompts", side.prompts());
    json.addProperty("promptsSha256", side.promptsSha256());
    return json;
  }

  private static JsonObject json(ImageSide side) {
    JsonObject json = new JsonObject();
    json.addProperty("name", side.name());
    json.addProperty("sha256", side.sha256());
    json.addProperty("images", side.count());
    json.addProperty("height", side.height());
    json.addProperty("width", side.width());
    json.addProperty("publishedStatistics", side.statistics());
    return json;
  }

  /**
   * Writes the report as JSON.
   *
   * @param file the file
   * @throws IOException if it cannot be written
   */
  public void write(Path file) throws IOException {
    AtomicFiles.writeString(file, json());
  }
}
