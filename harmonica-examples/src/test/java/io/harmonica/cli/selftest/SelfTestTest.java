package io.harmonica.cli.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SelfTestTest {
  @TempDir private Path folder;

  @Test
  void passesOnTheProcessorAndWritesWhatItFound() throws IOException {
    List<CheckResult> seen = new ArrayList<>();
    List<CheckResult> results;
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
      results = SelfTest.run(manager, seen::add);
    }
    assertThat(seen).isEqualTo(results).hasSize(11);
    assertThat(results)
        .allSatisfy(result -> assertThat(result.passed()).as(SelfTestReport.line(result)).isTrue());

    Path json = folder.resolve("report.json");
    SelfTestReport.write(json, Map.of("device", "cpu"), results);
    JsonObject report = JsonParser.parseString(Files.readString(json)).getAsJsonObject();
    assertThat(report.get("passed").getAsBoolean()).isTrue();
    assertThat(report.getAsJsonArray("checks")).hasSize(11);
  }

  @Test
  void aDifferenceBeyondRoundingFails() throws IOException {
    float[] right = {1, 2, 3, 4};
    assertThat(SelfTestChecks.close("a", right, new float[] {1, 2, 3, 4.0003f}, 1e-4).passed())
        .isTrue();
    assertThat(SelfTestChecks.close("a", right, new float[] {1, 2, 3, 4.001f}, 1e-4).passed())
        .isFalse();
    assertThat(SelfTestChecks.close("a", right, new float[] {1, 2, 3, Float.NaN}, 1e-4).passed())
        .isFalse();
    Path json = folder.resolve("failed.json");
    SelfTestReport.write(
        json, Map.of(), List.of(new CheckResult("a", false, "off", Map.of("d", 1 / 0.0), 0)));
    assertThat(Files.readString(json)).contains("\"passed\": false").doesNotContain("Infinity");
  }
}
