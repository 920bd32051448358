package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ablations, and the comparison at their end, find the same whoever works on them. */
final class StudyWorkersTest {
  private static final String COMMAND =
      "ablate --steps 3 --guidance 2 --target-cur 0.3 --variants no-refinement,sdt --seeds 4"
          + " --weight-updates 1 --calibration 1 --paper-trajectories 1 --paper-batch 1"
          + " --samples 5 --batch 2 --policy interval:2 --policy steps:2 --out ";

  @TempDir private Path folder;

  @Test
  void anAblation() throws IOException, InterruptedException {
    Path alone = folder.resolve("alone");
    Path two = folder.resolve("two");
    CliProcess.runWithOneThread(folder.resolve("log"), (COMMAND + alone).split(" "));
    Cli result = Cli.run((COMMAND + two + " --workers 2").split(" "));
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.err()).contains("trained no-refinement-30-seed4", "trained sdt-30-seed4");
    for (String router : List.of("no-refinement-30-seed4", "sdt-30-seed4")) {
      String file = "routers/" + router + ".safetensors";
      assertThat(two.resolve(file)).hasSameBinaryContentAs(alone.resolve(file));
    }
    assertThat(withoutTimes(two, "results.json", "rows"))
        .isEqualTo(withoutTimes(alone, "results.json", "rows"))
        .hasSize(5);
    assertThat(withoutTimes(two, "routers-compared/results.json", "policies"))
        .isEqualTo(withoutTimes(alone, "routers-compared/results.json", "policies"))
        .hasSize(5);
  }

  private static List<JsonObject> withoutTimes(Path folder, String file, String list)
      throws IOException {
    JsonArray rows =
        JsonParser.parseString(Files.readString(folder.resolve(file)))
            .getAsJsonObject()
            .getAsJsonArray(list);
    List<JsonObject> left = new ArrayList<>();
    for (JsonElement row : rows) {
      JsonObject values = row.getAsJsonObject();
      for (String name : List.copyOf(values.keySet())) {
        if (name.matches("measuredSpeedup.*|.*[sS]econds.*")) {
          values.remove(name);
        }
      }
      assertThat(values.has("mse")).isTrue();
      left.add(values);
    }
    return left;
  }

  /** The encoded prompts travel in a file. */
  @Test
  void aComparisonAndATrainingOfPrompts() throws IOException, InterruptedException {
    String compare =
        "compare --model bundled-text --steps 2 --samples 4 --batch 2 --policy interval:2 --out ";
    String train =
        "train --model bundled-text --steps 3 --target-cur 0.3 --calibration 1 --weight-updates 1"
            + " --out ";
    Path alone = folder.resolve("alone");
    Path two = folder.resolve("two");
    CliProcess.runWithOneThread(folder.resolve("log"), (compare + alone).split(" "));
    CliProcess.runWithOneThread(
        folder.resolve("train.log"), (train + alone + ".safetensors").split(" "));
    for (String command : List.of(compare + two, train + two + ".safetensors")) {
      Cli result = Cli.run((command + " --workers 2").split(" "));
      assertThat(result.status()).as(result.err()).isZero();
    }
    assertThat(withoutTimes(two, "results.json", "policies"))
        .isEqualTo(withoutTimes(alone, "results.json", "policies"))
        .hasSize(2);
    assertThat(folder.resolve("two.safetensors"))
        .hasSameBinaryContentAs(folder.resolve("alone.safetensors"));
  }

  @Test
  void aClusterHasToFindThePrompts() {
    Path out = folder.resolve("out");
    String command =
        "compare --model bundled-text --steps 2 --samples 2 --policy interval:2 --out ";
    assertThat(Cli.run((command + out + " --spark local").split(" ")).err())
        .contains("give --embeddings FILE, in a folder that all of them see");
  }
}
