package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The benchmark's figures on the bundled model, in as few rounds as there can be. */
final class BenchCommandTest {
  private static final String[] TARGETS = {
    "hook_overhead",
    "cached_efficiency_25",
    "cached_efficiency_37",
    "cached_efficiency_50",
    "forecast_efficiency_25",
    "forecast_efficiency_50",
    "forecast_efficiency_75",
    "sdt_step_forwards",
    "lambda_refresh_t2",
    "matmul_efficiency",
    "bf16_speedup",
    "peak_memory_ratio",
    "rss_growth_mib",
    "first_image_seconds"
  };

  @TempDir private Path folder;

  @Test
  void namesEveryTarget() {
    Cli result = Cli.run("bench", "--list");
    assertThat(result.status()).isZero();
    assertThat(result.out().lines()).contains(TARGETS).doesNotHaveDuplicates();
  }

  @Test
  void measuresEachFigureOnALineOfItsOwn() throws IOException {
    Path file = folder.resolve("figures.jsonl");
    String[] asked = {
      "memory_bandwidth",
      "hook_overhead_bundled",
      "cached_efficiency_50_bundled",
      "forecast_efficiency_50_bundled",
      "matmul_efficiency_bundled",
      "sdt_step_forwards_bundled",
      "bf16_speedup_bundled"
    };
    Cli result =
        Cli.run(
            "bench",
            "--device",
            "cpu",
            "--rounds",
            "1",
            "--steps",
            "3",
            "--only",
            String.join(",", asked),
            "--json",
            file.toString());
    assertThat(result.status()).as(result.err()).isZero();
    Map<String, Double> figures = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      JsonObject figure = JsonParser.parseString(line).getAsJsonObject();
      assertThat(figure.keySet()).containsExactly("name", "value", "low", "high", "unit");
      figures.put(figure.get("name").getAsString(), figure.get("value").getAsDouble());
      assertThat(figure.get("unit").getAsString()).isNotBlank();
    }
    assertThat(result.out()).isEqualTo(Files.readString(file));
    assertThat(figures).containsKeys(asked).containsKeys("cached_speedup_25_bundled");
    assertThat(figures.get("cached_seconds_0_bundled") / figures.get("cached_seconds_50_bundled"))
        .isCloseTo(figures.get("cached_speedup_50_bundled"), within(1e-9));
    assertThat(figures.get("sdt_step_seconds_bundled"))
        .isCloseTo(
            figures.get("sdt_step_forwards_bundled") * figures.get("forward_seconds_bundled"),
            within(1e-9));
    assertThat(figures.values()).allMatch(value -> value >= 0 && Double.isFinite(value));
    assertThat(figures.get("hook_overhead_bundled")).isBetween(0.2, 5.0);
    assertThat(figures.get("bf16_error_bundled")).isBetween(1e-6, 0.1);
    double parts = 0;
    for (String part : new String[] {"teacher", "student", "backward", "update", "sampler"}) {
      parts += figures.get("sdt_" + part + "_forwards_bundled");
    }
    assertThat(figures.get("sdt_step_forwards_bundled")).isCloseTo(parts, within(1e-9));
  }

  @Test
  void refusesAnUnknownFigure() {
    Cli result = Cli.run("bench", "--only", "hook_overheads");
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.err()).contains("hook_overheads", "bench --list").hasLineCount(1);
  }
}
