package io.harmonica.cli.compare;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
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
  private static final Map<Figure, Boolean> TERMINAL = new LinkedHashMap<>();

  static {
    TERMINAL.put(Figure.CUR, false);
    TERMINAL.put(Figure.THEORETICAL, false);
    TERMINAL.put(Figure.MEASURED, true);
    TERMINAL.put(Figure.ERROR, true);
    TERMINAL.put(Figure.PSNR, false);
    TERMINAL.put(Figure.SSIM, false);
    TERMINAL.put(Figure.FRECHET, true);
    TERMINAL.put(Figure.AGREEMENT, false);
    TERMINAL.put(Figure.CACHE, false);
    TERMINAL.put(Figure.TRAINING, false);
  }

  private final ComparisonOutcome outcome;

  ComparisonTables(ComparisonOutcome outcome) {
    this.outcome = outcome;
  }

  String terminal() {
    List<Standing> standings = outcome.standings();
    List<Figure> shown =
        TERMINAL.keySet().stream().filter(figure -> figure.knownOfAny(standings)).toList();
    List<String> header = new ArrayList<>(List.of("policy"));
    shown.forEach(figure -> header.add(figure.title()));
    TextTable table = new TextTable(header);
    for (Standing standing : standings) {
      List<String> cells = new ArrayList<>(List.of(standing.name()));
      for (Figure figure : shown) {
        cells.add(TERMINAL.get(figure) ? figure.text(standing) : figure.brief(standing));
      }
      table.row(cells);
    }
    return table.toString();
  }

  /** A line for each entrant; an empty cell where it has no such number. */
  String csv() {
    StringBuilder text = new StringBuilder("policy");
    for (Figure figure : Figure.ALL) {
      text.append(',').append(figure.key());
      if (figure.uncertain()) {
        text.append(',').append(figure.key()).append("Low");
        text.append(',').append(figure.key()).append("High");
      }
    }
    text.append('\n');
    for (Standing standing : outcome.standings()) {
      text.append(quoted(standing.name()));
      for (Figure figure : Figure.ALL) {
        Optional<Estimate> found = figure.of().apply(standing);
        text.append(',').append(cell(found.map(Estimate::value)));
        if (figure.uncertain()) {
          text.append(',').append(cell(found.map(at -> at.interval().low())));
          text.append(',').append(cell(found.map(at -> at.interval().high())));
        }
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static String cell(Optional<Double> value) {
    return value.filter(Double::isFinite).map(String::valueOf).orElse("");
  }

  /** A name as RFC 4180 wants it. */
  private static String quoted(String name) {
    return name.matches("[^\",\r\n]*") ? name : '"' + name.replace("\"", "\"\"") + '"';
  }

  String json() {
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("provenance", outcome.provenance());
    root.put("policies", outcome.standings().stream().map(ComparisonTables::json).toList());
    Gson gson = new GsonBuilder().setPrettyPrinting().serializeNulls().create();
    return gson.toJson(root) + "\n";
  }

  private static Map<String, Object> json(Standing standing) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("policy", standing.name());
    for (Figure figure : Figure.ALL) {
      object.put(
          figure.key(), figure.of().apply(standing).map(found -> json(figure, found)).orElse(null));
    }
    object.put("stepMse", standing.result().stepErrors());
    object.put("plan", standing.result().candidate().plan().toString().lines().toList());
    object.put(
        "router",
        standing
            .entrant()
            .router()
            .map(Router::provenance)
            .map(ComparisonTables::json)
            .orElse(null));
    return object;
  }

  private static Object json(Figure figure, Estimate found) {
    if (!figure.uncertain()) {
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
