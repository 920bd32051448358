package io.harmonica.cli.papertable;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import io.harmonica.cli.evaluate.Scores;
import io.harmonica.eval.Estimate;
import io.harmonica.files.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A finished row, as its file keeps it.
 *
 * @param contender what it sampled with
 * @param policy the router or rule, for people to read
 * @param steps number of steps
 * @param utilisation CUR, from 0 to 1
 * @param speedup theoretical speed-up over the full run with T steps
 * @param images how many images were judged
 * @param settings all that decides what comes out
 * @param scores what the images are worth, by the names of {@link Scores#byName}
 * @param warnings what a reader of the scores has to know
 */
public record PaperRow(
    Contender contender,
    String policy,
    int steps,
    double utilisation,
    double speedup,
    int images,
    Map<String, String> settings,
    Map<String, Estimate> scores,
    List<String> warnings) {

  /** {@return the Fréchet Inception Distance} */
  public Estimate fid() {
    return scores.get("fid");
  }

  static Map<String, Estimate> values(Scores scores) {
    Map<String, Estimate> values = new LinkedHashMap<>();
    scores.byName().forEach((name, score) -> score.ifPresent(found -> values.put(name, found)));
    return values;
  }

  void write(Path file) throws IOException {
    Gson gson = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
    AtomicFiles.writeString(file, gson.toJson(this) + "\n");
  }

  /**
   * Reads a finished row.
   *
   * @param file its file
   * @param wanted all that decides what comes out in this run
   * @throws IllegalArgumentException if the row was made otherwise; the message names what differs
   */
  static PaperRow read(Path file, Map<String, String> wanted) throws IOException {
    PaperRow row;
    try {
      row = new Gson().fromJson(Files.readString(file), PaperRow.class);
    } catch (JsonParseException e) {
      throw damaged(file, e);
    }
    if (row == null || row.settings == null || row.scores == null || row.fid() == null) {
      throw damaged(file, null);
    }
    wanted.forEach(
        (name, value) -> {
          String before = row.settings.get(name);
          if (!value.equals(before)) {
            throw new IllegalArgumentException(
                "%s was made with %s %s, this run has %s; choose another folder, or delete it"
                    .formatted(file, name, before, value));
          }
        });
    return row;
  }

  private static IOException damaged(Path file, Throwable cause) {
    return new IOException(file + " is damaged; delete it, and the row is made again", cause);
  }
}
