package io.harmonica.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportTableTest {

  private static final String NUMBER = "<td class=\"number\">";

  @Test
  void namesColumnsAndRows() {
    String html = ReportTable.of("Policies", "Policy", "CUR").row("interval 2", "0.50").html();
    assertThat(html)
        .contains(
            "<caption>Policies</caption>",
            "<th scope=\"col\">Policy</th><th scope=\"col\" class=\"number\">CUR</th>",
            "<tr><th scope=\"row\">interval 2</th><td class=\"number\">0.50</td></tr>");
  }

  @Test
  void marksHighlightedRowsOnly() {
    String html = ReportTable.of("Policies", "Policy").row("a").highlightedRow("b").html();
    assertThat(html)
        .contains("<tr><th scope=\"row\">a", "<tr class=\"highlight\"><th scope=\"row\">b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "-0.5",
        "+3",
        "1,234.5",
        "7e-8",
        "41%",
        "94.0 %",
        "1.62x",
        "1.62 \u00d7",
        "12 ms",
        "91.2 \u00b1 1.1 %",
        "92\u201394",
        "107 img/s",
        "~3",
        "\u2013"
      })
  void numbersAreAlignedAtTheRight(String cell) {
    assertThat(ReportTable.of("t", "name", "value").row("a", cell).row("b", "").html())
        .contains(NUMBER + cell);
  }

  @ParameterizedTest
  @ValueSource(strings = {"the reference", "v2", "", "1 of the many", "2026-01-01 12:00"})
  void textIsNot(String cell) {
    assertThat(ReportTable.of("t", "name", "value").row("a", cell).html()).doesNotContain(NUMBER);
  }

  @Test
  void oneTextMakesATextColumn() {
    assertThat(ReportTable.of("t", "name", "value").row("a", "1").row("b", "n. a.").html())
        .doesNotContain(NUMBER);
  }

  @Test
  void refusesRowsOfAnotherLength() {
    assertThatThrownBy(() -> ReportTable.of("t", "a", "b").row("1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a row of 1 cells in a table of 2 columns");
    assertThatThrownBy(() -> ReportTable.of("t")).isInstanceOf(IllegalArgumentException.class);
  }
}
