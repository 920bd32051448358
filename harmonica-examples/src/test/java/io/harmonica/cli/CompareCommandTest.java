package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Policies side by side: on the bundled model with its yardstick, and on latents. */
final class CompareCommandTest {
  private static final String LATENT = "target/test-classes/goldens/dit-tiny/dit.safetensors";
  private static final String VAE = "target/test-classes/goldens/pixart-tiny/vae";
  private static final List<String> TIMES =
      List.of("measuredSpeedup", "batchSeconds", "batchSecondsSpread");

  @TempDir private static Path folder;

  private static JsonObject results;

  @BeforeAll
  static void compareEverything() throws IOException {
    results =
        compare(
            "out",
            "--samples",
            "12",
            "--batch",
            "5",
            "--policy",
            "interval:2",
            "--policy",
            "steps:3",
            "--router",
            "half, \"named\"=" + router());
  }

  private static JsonObject compare(String name, String... more) throws IOException {
    List<String> args = new ArrayList<>(List.of("compare", "--steps", "4", "--seed", "3"));
    args.addAll(List.of("--out", folder.resolve(name).toString()));
    args.addAll(Arrays.asList(more));
    Cli result = Cli.run(args.toArray(new String[0]));
    assertThat(result.status()).as(result.err()).isZero();
    assertThat(result.out()).contains("policy", "CUR in %", "full", "report: ");
    return JsonParser.parseString(Files.readString(folder.resolve(name).resolve("results.json")))
        .getAsJsonObject();
  }

  /** A router that computes the first half of the branches. */
  private static Path router() throws IOException {
    float[][] logits = new float[4][20];
    for (float[] row : logits) {
      Arrays.fill(row, 0, 10, 3);
      Arrays.fill(row, 10, 20, -3);
    }
    Path file = folder.resolve("router.safetensors");
    RouterProvenance provenance =
        new RouterProvenance("bundled", "", "ddim", 1.5, 0.5, 9, "test", Map.of("beta", "1e-3"));
    new Router(logits, provenance).write(file);
    return file;
  }

  private static double value(JsonObject policy, String key) {
    return policy.getAsJsonObject(key).get("value").getAsDouble();
  }

  @Test
  void filesHoldTheSameNumbers() throws IOException {
    JsonArray policies = results.getAsJsonArray("policies");
    List<String> lines = Files.readAllLines(folder.resolve("out/results.csv"));
    List<String> header = cells(lines.get(0));
    assertThat(lines).hasSize(1 + policies.size());
    for (int i = 0; i < policies.size(); i++) {
      JsonObject policy = policies.get(i).getAsJsonObject();
      List<String> line = cells(lines.get(i + 1));
      assertThat(line).hasSameSizeAs(header);
      assertThat(line.get(0)).isEqualTo(policy.get("policy").getAsString());
      assertThat(line.get(header.indexOf("cur"))).isEqualTo(policy.get("cur").getAsString());
      JsonObject error = policy.getAsJsonObject("mse");
      assertThat(line.get(header.indexOf("mse"))).isEqualTo(error.get("value").getAsString());
      assertThat(line.get(header.indexOf("mseHigh"))).isEqualTo(error.get("high").getAsString());
    }
    assertThat(policies)
        .extracting(policy -> policy.getAsJsonObject().get("policy").getAsString())
        .containsExactly("full", "interval:2", "steps:3", "half, \"named\"");
  }

  /** The cells of a line of CSV. */
  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quoted && c == '"' && i + 1 < line.length() && line.charAt(i + 1) == '"') {
        cell.append(c);
        i++;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        cells.add(cell.toString());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    cells.add(cell.toString());
    return cells;
  }

  @Test
  void numbersMakeSense() {
    JsonObject provenance = results.getAsJsonObject("provenance");
    assertThat(provenance.keySet())
        .contains("modelSha256", "sampler", "guidance", "machine", "libraryVersion", "pytorch");
    assertThat(provenance.get("steps").getAsInt()).isEqualTo(4);
    assertThat(provenance.get("seed").getAsInt()).isEqualTo(3);
    JsonArray policies = results.getAsJsonArray("policies");
    JsonObject full = policies.get(0).getAsJsonObject();
    assertThat(value(full, "mse")).isZero();
    assertThat(full.getAsJsonObject("psnr").get("value").isJsonNull()).isTrue();
    assertThat(value(full, "agreement")).isGreaterThan(0.5);
    JsonObject interval = policies.get(1).getAsJsonObject();
    assertThat(interval.get("cur").getAsDouble()).isEqualTo(0.5);
    assertThat(value(interval, "mse")).isBetween(1e-4, 0.5);
    assertThat(value(interval, "psnr"))
        .isCloseTo(10 * Math.log10(4 / value(interval, "mse")), within(1e-4));
    assertThat(value(interval, "ssim")).isBetween(0.2, 0.999);
    JsonArray steps = interval.getAsJsonArray("stepMse");
    assertThat(steps).hasSize(4);
    assertThat(steps.get(0).getAsDouble()).isZero();
    assertThat(steps.get(3).getAsDouble()).isCloseTo(value(interval, "mse"), within(1e-6));
    JsonObject fewer = policies.get(2).getAsJsonObject();
    assertThat(fewer.getAsJsonArray("stepMse")).isEmpty();
    assertThat(fewer.get("theoreticalSpeedup").getAsDouble()).isCloseTo(4 / 3.0, within(1e-9));
    JsonObject router = policies.get(3).getAsJsonObject();
    assertThat(router.getAsJsonObject("router").get("seed").getAsInt()).isEqualTo(9);
    assertThat(router.getAsJsonArray("plan").get(1).getAsString())
        .isEqualTo("#".repeat(10) + ".".repeat(10));
  }

  @Test
  void sameSeedSameFilesButForTheTimes() throws IOException {
    String[] options = {"--samples", "3", "--batch", "2", "--router", router().toString()};
    JsonObject first = compare("first", options);
    assertThat(withoutTimes(compare("second", options))).isEqualTo(withoutTimes(first));
    // A router without a name has its file's.
    JsonObject router = first.getAsJsonArray("policies").get(1).getAsJsonObject();
    assertThat(router.get("policy").getAsString()).isEqualTo("router");
  }

  private static JsonObject withoutTimes(JsonObject all) {
    JsonObject copy = all.deepCopy();
    copy.getAsJsonObject("provenance").remove("otherWork");
    copy.getAsJsonArray("policies").forEach(at -> TIMES.forEach(at.getAsJsonObject()::remove));
    return copy;
  }

  @Test
  void theReportStandsAlone() throws IOException {
    String report = Files.readString(folder.resolve("out/report.html"));
    assertThat(report)
        .contains("Trade-off", "Error over the steps", "Images", "Plans", "model", "interval:2")
        .contains("half, &quot;named&quot;")
        .doesNotContain("http://", "https://", "<script");
    // Strips, a heat map each of interval and router, and with fonts seven charts.
    assertThat(report.split("data:image/png;base64,", -1).length - 1).isIn(3, 10);
  }

  @Test
  void latentsAreComparedWithAndWithoutAnAutoencoder() throws IOException {
    String[] options = {"--model", LATENT, "--samples", "3", "--policy", "interval:2"};
    JsonObject bare = compare("bare", options).getAsJsonArray("policies").get(1).getAsJsonObject();
    assertThat(value(bare, "mse")).isPositive();
    assertThat(bare.get("psnr").isJsonNull()).isTrue();
    assertThat(bare.get("agreement").isJsonNull()).isTrue();
    assertThat(Files.readString(folder.resolve("bare/report.html"))).doesNotContain(">Images<");

    String[] seen = Arrays.copyOf(options, options.length + 2);
    seen[options.length] = "--vae";
    seen[options.length + 1] = VAE;
    JsonObject decoded = compare("seen", seen).getAsJsonArray("policies").get(1).getAsJsonObject();
    assertThat(value(decoded, "mse")).isEqualTo(value(bare, "mse"));
    assertThat(value(decoded, "psnr")).isPositive();
    assertThat(value(decoded, "ssim")).isBetween(-1.0, 1.0);
    assertThat(Files.readString(folder.resolve("seen/report.html"))).contains(">Images<");
  }

  @Test
  void promptsTakeTurns() throws IOException {
    JsonObject compared =
        compare(
            "prompts",
            "--model",
            "target/test-classes/goldens/pixart-tiny",
            "--prompt",
            "a small red bird",
            "--prompt",
            "a city street at night",
            "--caption-tokens",
            "12",
            "--samples",
            "3",
            "--batch",
            "2",
            "--policy",
            "interval:2",
            "--policy",
            "steps:3");
    JsonObject provenance = compared.getAsJsonObject("provenance");
    assertThat(provenance.get("sampler").getAsString()).isEqualTo("dpmpp");
    JsonArray policies = compared.getAsJsonArray("policies");
    assertThat(policies).hasSize(3);
    for (int i = 1; i < policies.size(); i++) {
      JsonObject policy = policies.get(i).getAsJsonObject();
      assertThat(value(policy, "mse")).isPositive();
      assertThat(value(policy, "psnr")).isPositive();
      assertThat(policy.get("frechet").isJsonNull()).isTrue();
    }
  }
}
