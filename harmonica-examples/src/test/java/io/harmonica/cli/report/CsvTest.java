package io.harmonica.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CsvTest {
  @Test
  void cellsAreQuotedWhereTheyHaveTo() {
    List<List<Object>> records =
        List.of(
            List.of("policy", "mse", "of"),
            Arrays.asList("a, \"b\"\nc", 0.25, null),
            List.of("taylorseer:2:2:1", 3, "0.5 0.25"));

    assertThat(Csv.text(records))
        .isEqualTo("policy,mse,of\n\"a, \"\"b\"\"\nc\",0.25,\ntaylorseer:2:2:1,3,0.5 0.25\n");
  }

  /** Their form of a float's shortest text is Java's, as before. */
  @Test
  void numbersAreJavas() {
    assertThat(Csv.text(List.of(List.of(1e-7, 12345678.5, 3L))))
        .isEqualTo("1.0E-7,1.23456785E7,3\n");
  }
}
