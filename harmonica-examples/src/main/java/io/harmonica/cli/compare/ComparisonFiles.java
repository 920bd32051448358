package io.harmonica.cli.compare;

import io.harmonica.files.AtomicFiles;
import java.io.IOException;
import java.nio.file.Path;

/** Writes what a comparison found. */
public final class ComparisonFiles {
  private final ComparisonOutcome outcome;

  /**
   * Takes what is to be written.
   *
   * @param outcome the comparison
   */
  public ComparisonFiles(ComparisonOutcome outcome) {
    this.outcome = outcome;
  }

  /**
   * Writes results.csv, results.json and the single-file report.html.
   *
   * @param folder where they go; exists
   * @throws IOException if one cannot be written
   */
  public void write(Path folder) throws IOException {
    ComparisonTables tables = new ComparisonTables(outcome);
    AtomicFiles.writeString(folder.resolve("results.csv"), tables.csv());
    AtomicFiles.writeString(folder.resolve("results.json"), tables.json());
    new ComparisonReport(outcome).html().write(folder.resolve("report.html"));
  }

  /** {@return the numbers as a table for a terminal: a line for each candidate, below a header} */
  public String table() {
    return new ComparisonTables(outcome).terminal();
  }
}
