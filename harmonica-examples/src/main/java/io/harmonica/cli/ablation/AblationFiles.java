package io.harmonica.cli.ablation;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.harmonica.cli.compare.ComparisonFiles;
import io.harmonica.cli.report.Csv;
import io.harmonica.cli.report.HtmlReport;
import io.harmonica.cli.report.ReportSection;
import io.harmonica.cli.report.ReportTable;
import io.harmonica.cli.report.TradeOffChart;
import io.harmonica.eval.Estimate;
import io.harmonica.eval.Interval;
import io.harmonica.files.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Writes what an ablation found.
 *
 * @param outcome the ablation
 */
public record AblationFiles(Ablation.Outcome outcome) {
  private static final String ERROR = "MSE to the run without a cache";
  private static final List<String> HEADER =
      List.of(
          "variant",
          "CUR in %",
          "speed-up (theory)",
          "speed-up (measured)",
          "MSE (95% interval)",
          "median MSE",
          "MSE of seeds",
          "Fréchet distance",
          "agreement in %",
          "training s");

  /**
   * Writes results.csv, results.json and report.html, and in the folder {@code routers-compared}
   * the same of every router by itself.
   *
   * @param folder where they go; exists
   * @throws IOException if one cannot be written
   */
  public void write(Path folder) throws IOException {
    AtomicFiles.writeString(folder.resolve("results.csv"), csv());
    AtomicFiles.writeString(folder.resolve("results.json"), json());
    report().write(folder.resolve("report.html"));
    Path single = Files.createDirectories(folder.resolve("routers-compared"));
    new ComparisonFiles(outcome.comparison()).write(single);
  }

  /** {@return the numbers as lines for a terminal: a line for each variant and target} */
  public String table() {
    StringBuilder text = new StringBuilder();
    for (AblationRow row : outcome.rows()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-28s CUR %5.1f%%  speed-up %.2f  MSE %s, median %s%n",
              row.name(),
              100 * row.cacheUtilisation(),
              row.theoreticalSpeedup(),
              withInterval(row.error()),
              withInterval(row.medianError())));
    }
    return text.toString();
  }

  private String csv() {
    List<List<Object>> records = new ArrayList<>();
    for (AblationRow row : outcome.rows()) {
      Map<String, Object> values = row.json();
      if (records.isEmpty()) {
        records.add(new ArrayList<>(values.keySet()));
      }
      records.add(values.values().stream().map(AblationFiles::cell).toList());
    }
    return Csv.text(records);
  }

  /** Lists are joined by blanks. */
  private static Object cell(Object value) {
    return value instanceof List<?> list
        ? list.stream().map(String::valueOf).collect(Collectors.joining(" "))
        : value;
  }

  private String json() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("provenance", outcome.comparison().provenance());
    root.put("plan", outcome.plan());
    root.put("rows", outcome.rows().stream().map(AblationRow::json).toList());
    Gson gson = new GsonBuilder().setPrettyPrinting().serializeNulls().create();
    return gson.toJson(root) + "\n";
  }

  private HtmlReport report() {
    HtmlReport report =
        new HtmlReport("What each part is worth")
            .lead(
                "Routers of %d seeds for each variant and target, sampled from the same %d noises."
                        .formatted(outcome.plan().seeds().size(), outcome.plan().samples())
                    + " Intervals are over seeds and samples.")
            .section("Results", section -> section.table(results()))
            .section("Trade-off", this::tradeOffs)
            .section("Variants", section -> section.table(variants()));
    Map<String, Object> provenance = outcome.comparison().provenance();
    provenance.forEach((name, value) -> report.provenance(name, String.valueOf(value)));
    return report.provenance("plan", outcome.plan().toString());
  }

  private ReportTable results() {
    ReportTable table =
        ReportTable.of("Error to the run without a cache", HEADER.toArray(String[]::new));
    for (AblationRow row : outcome.rows()) {
      table.row(
          row.name(),
          number("%.1f", 100 * row.cacheUtilisation()),
          number("%.2f", row.theoreticalSpeedup()),
          number("%.2f", row.measuredSpeedup()),
          withInterval(row.error()),
          withInterval(row.medianError()),
          row.errorsOfSeeds().stream()
              .map(value -> number("%.3g", value))
              .collect(Collectors.joining(", ")),
          optional("%.2f", row.frechet()),
          optional("%.1f", row.agreement().map(share -> 100 * share)),
          optional("%.0f", row.trainingSeconds()));
    }
    return table;
  }

  /** Targets of a variant are one curve: its name goes up to the colon. */
  private void tradeOffs(ReportSection section) {
    TradeOffChart byReuse = new TradeOffChart().axes("CUR in %", ERROR).logarithmic();
    TradeOffChart bySpeed = new TradeOffChart().axes("speed-up (theory)", ERROR).logarithmic();
    for (AblationRow row : outcome.rows()) {
      String family = row.name().replaceFirst(":.*", "");
      if (row.cacheUtilisation() > 0) {
        Estimate reuse = Estimate.exact(100 * row.cacheUtilisation());
        byReuse.point(family, new TradeOffChart.Point(row.name(), reuse, row.error()));
      }
      Estimate speed = Estimate.exact(row.theoreticalSpeedup());
      bySpeed.point(family, new TradeOffChart.Point(row.name(), speed, row.error()));
    }
    section.chart(byReuse.draw(), "Error against the part of all branches that is reused.");
    section.chart(bySpeed.draw(), "Error against speed-up, where fewer steps take part too.");
  }

  private ReportTable variants() {
    ReportTable table = ReportTable.of("What was trained", "variant", "what it is");
    outcome.plan().variants().forEach(name -> table.row(name, Variant.of(name).what()));
    return table;
  }

  private static String withInterval(Estimate error) {
    Interval interval = error.interval();
    return "%s (%s–%s)"
        .formatted(
            number("%.3g", error.value()),
            number("%.3g", interval.low()),
            number("%.3g", interval.high()));
  }

  private static String optional(String format, Optional<Double> value) {
    return value.map(found -> number(format, found)).orElse("–");
  }

  private static String number(String format, double value) {
    return value == 0 ? "0" : String.format(Locale.ROOT, format, value);
  }
}
