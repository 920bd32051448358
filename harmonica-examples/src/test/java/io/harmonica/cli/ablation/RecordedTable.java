package io.harmonica.cli.ablation;

import com.google.gson.Gson;
import io.harmonica.eval.Interval;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/**
 * A results.json that {@code ablate} wrote on the bundled model: how its rows were made, and what
 * came out.
 *
 * @param plan what was trained and how it was compared
 * @param rows what came out
 */
record RecordedTable(AblationPlan plan, List<Row> rows) {

  /**
   * A recorded row.
   *
   * @param name variant and target, or rule
   * @param cur part of all branches reused
   * @param mse mean error to the run without a cache
   * @param mseLow lower end of its interval
   * @param mseHigh upper end
   */
  record Row(String name, double cur, double mse, double mseLow, double mseHigh) {

    /** Whether a training on any machine had to come out like this one. */
    Verdict compare(AblationRow measured) {
      boolean inside = new Interval(mseLow, mseHigh).contains(measured.error().value());
      boolean asMuch = Math.abs(cur - measured.cacheUtilisation()) <= 0.02 * cur;
      return new Verdict(
          inside && asMuch,
          String.format(
              Locale.ROOT,
              "%-28s CUR %.3f, recorded %.3f; MSE %.4g, recorded %.4g (%.4g to %.4g): %s",
              name,
              measured.cacheUtilisation(),
              cur,
              measured.error().value(),
              mse,
              mseLow,
              mseHigh,
              inside && asMuch ? "reproduced" : "NOT reproduced"));
    }
  }

  /** Whether a row came out again, and what to print of it. */
  record Verdict(boolean reproduced, String text) {}

  static RecordedTable read(String resource) throws IOException {
    try (InputStream in = RecordedTable.class.getResourceAsStream(resource)) {
      return new Gson()
          .fromJson(new InputStreamReader(in, StandardCharsets.UTF_8), RecordedTable.class);
    }
  }
}
