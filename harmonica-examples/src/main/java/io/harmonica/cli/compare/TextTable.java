package io.harmonica.cli.compare;

import java.util.ArrayList;
import java.util.List;

/** A table of plain text for a terminal: the first column at the left, numbers at the right. */
public final class TextTable {
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  /**
   * Begins a table.
   *
   * @param header its first row
   */
  public TextTable(List<String> header) {
    rows.add(header);
  }

  /**
   * Adds a row.
   *
   * @param cells as many as the header has
   * @return this
   */
  public TextTable row(List<String> cells) {
    rows.add(cells);
    return this;
  }

  /** Draws the table. */
  @Override
  public String toString() {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String padding = " ".repeat(widths[i] - row.get(i).length());
        line.append(i == 0 ? row.get(i) + padding : GAP + padding + row.get(i));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
