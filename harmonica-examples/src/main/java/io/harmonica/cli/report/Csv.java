package io.harmonica.cli.report;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;

/** Comma-separated files, as RFC 4180 wants them but for the lines' ends: those are Unix's. */
public final class Csv {
  private static final CSVFormat FORMAT =
      CSVFormat.RFC4180.builder().setRecordSeparator("\n").build();

  private Csv() {}

  /**
   * Makes a file's text.
   *
   * @param records the lines' cells, the header first; null leaves a cell empty
   * @return the text, with cells in quotes where they need quotes
   */
  public static String text(List<? extends List<?>> records) {
    return records.stream()
        .map(cells -> FORMAT.format(cells.toArray()) + "\n")
        .collect(Collectors.joining());
  }
}
