package io.harmonica.cli.selftest;

import com.google.gson.GsonBuilder;
import io.harmonica.files.AtomicFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a self-test found, as text and as JSON. */
public final class SelfTestReport {
  private SelfTestReport() {}

  /**
   * Writes a result as a line.
   *
   * @param result the result
   * @return one line
   */
  public static String line(CheckResult result) {
    return String.format(
        Locale.ROOT,
        "%-4s  %-18s %5.1f s  %s",
        result.passed() ? "ok" : "FAIL",
        result.name(),
        result.seconds(),
        result.detail());
  }

  /**
   * Writes all results to a file.
   *
   * @param file the file
   * @param facts machine and software, by name
   * @param results the results
   * @throws IOException if it cannot be written
   */
  public static void write(Path file, Map<String, String> facts, List<CheckResult> results)
      throws IOException {
    List<Map<String, Object>> checks = new ArrayList<>();
    for (CheckResult result : results) {
      Map<String, Object> check = new LinkedHashMap<>();
      check.put("name", result.name());
      check.put("passed", result.passed());
      check.put("seconds", result.seconds());
      check.put("detail", result.detail());
      check.put("figures", finite(result.figures()));
      checks.add(check);
    }
    Map<String, Object> report = new LinkedHashMap<>(facts);
    report.put("passed", results.stream().allMatch(CheckResult::passed));
    report.put("checks", checks);
    byte[] json =
        (new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(report) + "\n")
            .getBytes(StandardCharsets.UTF_8);
    AtomicFiles.write(file, out -> out.write(json));
  }

  /** JSON has no infinity: what is not a number is left out. */
  private static Map<String, Double> finite(Map<String, Double> figures) {
    Map<String, Double> kept = new LinkedHashMap<>(figures);
    kept.values().removeIf(value -> !Double.isFinite(value));
    return kept;
  }
}
