package io.harmonica.cli.report;

/** Text for comma-separated files, as RFC 4180 wants it. */
public final class Csv {
  private Csv() {}

  /**
   * Quotes a cell where it needs quotes.
   *
   * @param text the cell's text
   * @return the text, or the text in quotes if it holds a comma, a quote or a line's end
   */
  public static String cell(String text) {
    return text.matches("[^\",\r\n]*") ? text : '"' + text.replace("\"", "\"\"") + '"';
  }
}
