package io.harmonica.cli.compare;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.harmonica.cli.report.Csv;
import io.harmonica.eval.CandidateResult;
import io.harmonica.eval.Estimate;
import io.harmonica.router.Router;
import io.harmonica.router.RouterProvenance;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A comparison's numbers as text: for the terminal, as CSV and as JSON. */
final class ComparisonTables {
  /** What a terminal has room for; true for those with their interval. */
  private static final Map<Column, Boolean> TERMINAL = new LinkedHashMap<>();

  static {
    TERMINAL.put(Column.CUR, false);
    TERMINAL.put(Column.THEORETICAL, false);
    TERMINAL.put(Column.MEASURED, true);
    TERMINAL.put(Column.ERROR, true);
    TERMINAL.put(Column.MEDIAN_ERROR, false);
    TERMINAL.put(Column.PSNR, false);
    TERMINAL.put(Column.SSIM, false);
    TERMINAL.put(Column.FRECHET, true);
    TERMINAL.put(Column.AGREEMENT, false);
    TERMINAL.put(Column.CACHE, false);
    TERMINAL.put(Column.TRAINING, false);
  }

  private final ComparisonOutcome outcome;

  ComparisonTables(ComparisonOutcome outcome) {
    this.outcome = outcome;
  }

  String terminal() {
    List<CandidateResult> results = outcome.results();
    List<Column> shown =
        TERMINAL.keySet().stream().filter(column -> column.knownOfAny(results)).toList();
    List<String> header = new ArrayList<>(List.of("policy"));
    shown.forEach(column -> header.add(column.title()));
    TextTable table = new TextTable(header);
    for (CandidateResult result : results) {
      List<String> cells = new ArrayList<>(List.of(result.name()));
      for (Column column : shown) {
        cells.add(TERMINAL.get(column) ? column.text(result) : column.brief(result));
      }
      table.row(cells);
    }
    return table.toString();
  }

  /** A line for each candidate; an empty cell where it has no such number. */
  String csv() {
    List<List<Object>> records = new ArrayList<>();
    List<Object> header = new ArrayList<>(List.of("policy"));
    for (Column column : Column.ALL) {
      header.add(column.key());
      if (column.uncertain()) {
        header.add(column.key() + "Low");
        header.add(column.key() + "High");
      }
    }
    records.add(header);
    for (CandidateResult result : outcome.results()) {
      List<Object> cells = new ArrayList<>(List.of(result.name()));
      for (Column column : Column.ALL) {
        Optional<Estimate> found = column.of().apply(result);
        cells.add(cell(found.map(Estimate::value)));
        if (column.uncertain()) {
          cells.add(cell(found.map(at -> at.interval().low())));
          cells.add(cell(found.map(at -> at.interval().high())));
        }
      }
      records.add(cells);
    }
    return Csv.text(records);
  }

  private static Object cell(Optional<Double> value) {
    return value.filter(Double::isFinite).orElse(null);
  }

  String json() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("provenance", outcome.provenance());
    root.put("policies", outcome.results().stream().map(ComparisonTables::json).toList());
    Gson gson = new GsonBuilder().setPrettyPrinting().serializeNulls().create();
    return gson.toJson(root) + "\n";
  }

  private static Map<String, Object> json(CandidateResult result) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("policy", result.name());
    for (Column column : Column.ALL) {
      object.put(
          column.key(), column.of().apply(result).map(found -> json(column, found)).orElse(null));
    }
    object.put("stepMse", result.stepErrors());
    object.put("plan", result.candidate().plan().toString().lines().toList());
    object.put(
        "router",
        result
            .candidate()
            .router()
            .map(Router::provenance)
            .map(ComparisonTables::json)
            .orElse(null));
    return object;
  }

  private static Object json(Column column, Estimate found) {
    if (!column.uncertain()) {
      return found.value();
    }
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("value", finite(found.value()));
    object.put("low", finite(found.interval().low()));
    object.put("high", finite(found.interval().high()));
    return object;
  }

  /** JSON knows no infinity. */
  private static Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }

  private static Map<String, Object> json(RouterProvenance provenance) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("threshold", provenance.threshold());
    object.put("seed", provenance.seed());
    object.put("guidance", provenance.guidance());
    object.put("libraryVersion", provenance.libraryVersion());
    object.put("settings", provenance.settings());
    return object;
  }
}
