package io.harmonica.cli.papertable;

import com.google.gson.GsonBuilder;
import io.harmonica.cli.report.HtmlReport;
import io.harmonica.cli.report.ReportTable;
import io.harmonica.eval.Estimate;
import io.harmonica.files.AtomicFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The paper's numbers beside ours.
 *
 * @param studies the rows of each study
 */
public record PaperReport(Map<PaperStudy, List<PaperRow>> studies) {
  private static final List<String> HEADER =
      List.of(
          "row",
          "published FID",
          "our FID (95% interval)",
          "verdict",
          "published CUR in %",
          "our CUR in %",
          "published speed-up",
          "our speed-up (theory)",
          "sFID",
          "Inception Score",
          "precision",
          "recall",
          "CLIP score");

  /**
   * Keeps the order of the studies.
   *
   * @param studies the rows of each study
   */
  public PaperReport {
    studies = new LinkedHashMap<>(studies);
  }

  /**
   * Writes results.json and report.html.
   *
   * @param folder where they go; exists
   * @throws IOException if one cannot be written
   */
  public void write(Path folder) throws IOException {
    AtomicFiles.writeString(folder.resolve("results.json"), json());
    html().write(folder.resolve("report.html"));
  }

  /** {@return the tables as lines for a terminal} */
  public String text() {
    StringBuilder text = new StringBuilder();
    studies.forEach(
        (study, rows) -> {
          text.append("%n%s%n".formatted(study.title()));
          text.append(
              "  %-18s %9s %24s %7s %8s  %s%n"
                  .formatted("", "published", "our FID", "CUR", "speed-up", "verdict"));
          for (PaperRow row : rows) {
            text.append(
                String.format(
                    Locale.ROOT,
                    "  %-18s %9s %24s %6.1f%% %8.2f  %s%n",
                    row.contender().title(),
                    published(study, row),
                    interval(row.fid()),
                    100 * row.utilisation(),
                    row.speedup(),
                    Verdict.of(study, row).text()));
          }
        });
    return text.toString();
  }

  private String json() {
    List<Map<String, Object>> all = new ArrayList<>();
    studies.forEach(
        (study, rows) -> {
          Map<String, Object> entry = new LinkedHashMap<>();
          entry.put("study", study.name());
          entry.put("title", study.title());
          entry.put("goal", study.goal().text());
          entry.put("rows", rows.stream().map(row -> json(study, row)).toList());
          all.add(entry);
        });
    return new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create().toJson(all) + "\n";
  }

  private static Map<String, Object> json(PaperStudy study, PaperRow row) {
    Map<String, Object> entry = new LinkedHashMap<>();
    study.number(row.contender()).ifPresent(number -> entry.put("publishedFid", number.fid()));
    Verdict verdict = Verdict.of(study, row);
    entry.put("verdict", verdict.kind().name().toLowerCase(Locale.ROOT));
    entry.put("verdictText", verdict.text());
    entry.put("row", row);
    return entry;
  }

  private HtmlReport html() {
    HtmlReport report =
        new HtmlReport("The paper's tables")
            .lead(
                "Published numbers beside ours. An interval is about the choice of images. A verdict"
                    + " compares FIDs of as many images, and takes the published one to vary as ours"
                    + " does. What another training would change is in neither.");
    studies.forEach(
        (study, rows) ->
            report.section(
                study.title(),
                section -> {
                  section.text(
                      "The published router: %s. Other rows are chosen for its cost; what they cost is in the table."
                          .formatted(study.goal().text()));
                  section.table(table(study, rows));
                  warnings(rows).forEach(section::note);
                }));
    shared().forEach(report::provenance);
    return report;
  }

  /** The settings that all rows have; each row has all of its own in results.json. */
  private Map<String, String> shared() {
    List<PaperRow> rows = studies.values().stream().flatMap(List::stream).toList();
    Map<String, String> shared = new LinkedHashMap<>();
    if (!rows.isEmpty()) {
      shared.putAll(rows.get(0).settings());
      rows.forEach(row -> shared.entrySet().retainAll(row.settings().entrySet()));
    }
    return shared;
  }

  private static ReportTable table(PaperStudy study, List<PaperRow> rows) {
    ReportTable table = ReportTable.of(study.title(), HEADER.toArray(String[]::new));
    for (PaperRow row : rows) {
      Optional<PaperNumber> number = study.number(row.contender());
      table.row(
          row.contender().title() + ": " + row.policy() + ", " + row.steps() + " steps",
          published(study, row),
          interval(row.fid()),
          Verdict.of(study, row).text(),
          optional("%.1f", number.map(PaperNumber::utilisation), 100),
          number("%.1f", 100 * row.utilisation()),
          optional("%.2f", number.map(PaperNumber::speedup), 1),
          number("%.2f", row.speedup()),
          score(row, "sfid"),
          score(row, "inceptionScore"),
          score(row, "precision"),
          score(row, "recall"),
          score(row, "clipScore"));
    }
    return table;
  }

  private static List<String> warnings(List<PaperRow> rows) {
    return rows.stream().flatMap(row -> row.warnings().stream()).distinct().toList();
  }

  private static String published(PaperStudy study, PaperRow row) {
    return study.number(row.contender()).map(number -> number("%.2f", number.fid())).orElse("–");
  }

  private static String interval(Estimate estimate) {
    return "%s (%s–%s)"
        .formatted(
            number("%.2f", estimate.value()),
            number("%.2f", estimate.interval().low()),
            number("%.2f", estimate.interval().high()));
  }

  private static String score(PaperRow row, String name) {
    Estimate estimate = row.scores().get(name);
    return estimate == null ? "–" : number("%.3g", estimate.value());
  }

  private static String optional(String format, Optional<OptionalDouble> value, double factor) {
    return value.isPresent() && value.get().isPresent()
        ? number(format, factor * value.get().getAsDouble())
        : "–";
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
