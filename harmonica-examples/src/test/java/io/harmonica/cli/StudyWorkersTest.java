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
        .isEqualTo(withoutTimes(alone, "results.json", "rows"));
    assertThat(withoutTimes(two, "routers-compared/results.json", "policies"))
        .isEqualTo(withoutTimes(alone, "routers-compared/results.json", "policies"));
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
    assertThat(left).hasSize(5);
    return left;
  }

  @Test
  void captionsDoNotTravel() {
    Path out = folder.resolve("out");
    String command =
        "compare --model bundled-text --steps 2 --samples 2 --policy interval:2 --out ";
    assertThat(Cli.run((command + out + " --workers 2").split(" ")).err())
        .contains("--workers and --spark are for models of classes");
  }
}
