package io.harmonica.cli.report;

import java.util.Objects;

/**
 * One number that a report puts in front, as a tile.
 *
 * @param label what it is, such as "speed-up"
 * @param value the number as it is to be read, such as "1.62"
 * @param unit its unit, such as "x"; may be empty
 * @param note what it is compared with or how sure it is; may be empty
 */
public record KeyFigure(String label, String value, String unit, String note) {

  /**
   * Checks that no part is missing.
   *
   * @param label what it is
   * @param value the number
   * @param unit its unit, may be empty
   * @param note an addition, may be empty
   * @throws NullPointerException if a part is null
   */
  public KeyFigure {
    Objects.requireNonNull(label, "label");
    Objects.requireNonNull(value, "value");
    Objects.requireNonNull(unit, "unit");
    Objects.requireNonNull(note, "note");
  }
}
