package io.harmonica.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A table of a report. Columns whose filled cells are all numbers, with or without a sign, a unit,
 * an uncertainty or an interval in brackets, are aligned at the right in figures of equal width.
 */
public final class ReportTable {

  /** A number such as -1,234.5 or 7e-8, with up to six letters or signs of a unit. */
  private static final String NUMBER =
      "[-+\\u2212<>~]?\\d[\\d,.]*([eE][-+]?\\d+)?\\s?[\\p{L}%\\u00d7/]{0,6}";

  private static final Pattern NUMERIC =
      Pattern.compile(
          NUMBER
              + "(\\s?(\\u00b1|\\.\\.|\\u2013)\\s?"
              + NUMBER
              + "|\\s\\("
              + NUMBER
              + "\\u2013"
              + NUMBER
              + "\\))?|[-\\u2013\\u2014]");

  private final String caption;
  private final List<String> header;
  private final List<Row> rows = new ArrayList<>();

  private record Row(List<String> cells, boolean highlighted) {}

  private ReportTable(String caption, List<String> header) {
    this.caption = caption;
    this.header = header;
  }

  /**
   * An empty table.
   *
   * @param caption what the table shows
   * @param header the title of each column, at least one
   * @return the table, to be filled
   * @throws IllegalArgumentException if there are no columns
   */
  public static ReportTable of(String caption, String... header) {
    if (header.length == 0) {
      throw new IllegalArgumentException("a table needs columns");
    }
    return new ReportTable(caption, List.of(header));
  }

  /**
   * Adds a row.
   *
   * @param cells the text of each column; the first one names the row
   * @return this
   * @throws IllegalArgumentException if there are more or fewer cells than columns
   */
  public ReportTable row(String... cells) {
    return add(cells, false);
  }

  /**
   * Adds a row that the reader should find at once.
   *
   * @param cells the text of each column; the first one names the row
   * @return this
   * @throws IllegalArgumentException if there are more or fewer cells than columns
   */
  public ReportTable highlightedRow(String... cells) {
    return add(cells, true);
  }

  private ReportTable add(String[] cells, boolean highlighted) {
    if (cells.length != header.size()) {
      throw new IllegalArgumentException(
          "a row of " + cells.length + " cells in a table of " + header.size() + " columns");
    }
    rows.add(new Row(List.of(cells), highlighted));
    return this;
  }

  /** The table as HTML, in a box that scrolls sideways where the screen is too narrow. */
  String html() {
    StringBuilder out = new StringBuilder();
    out.append("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"")
        .append(Html.escape(caption))
        .append("\">\n<table>\n<caption>")
        .append(Html.escape(caption))
        .append("</caption>\n<thead><tr>");
    for (int column = 0; column < header.size(); column++) {
      out.append("<th scope=\"col\"").append(alignment(column)).append('>');
      out.append(Html.escape(header.get(column))).append("</th>");
    }
    out.append("</tr></thead>\n<tbody>\n");
    for (Row row : rows) {
      out.append(row.highlighted() ? "<tr class=\"highlight\">" : "<tr>");
      for (int column = 0; column < header.size(); column++) {
        String element = column == 0 ? "th scope=\"row\"" : "td";
        out.append('<').append(element).append(alignment(column)).append('>');
        out.append(Html.escape(row.cells().get(column)));
        out.append(column == 0 ? "</th>" : "</td>");
      }
      out.append("</tr>\n");
    }
    return out.append("</tbody>\n</table>\n</div>\n").toString();
  }

  private String alignment(int column) {
    return isNumeric(column) ? " class=\"number\"" : "";
  }

  private boolean isNumeric(int column) {
    List<String> filled =
        rows.stream().map(row -> row.cells().get(column)).filter(cell -> !cell.isBlank()).toList();
    return !filled.isEmpty() && filled.stream().allMatch(cell -> NUMERIC.matcher(cell).matches());
  }
}
