package io.harmonica.cli.papertable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * Makes the paper's tables again, from the files that system properties name, and judges each row
 * by whether its FID lies inside the sampling error of the published one. Takes GPU days:
 * docs/paper-table.md tells the properties and what each study costs. What came out, and all that
 * is needed to go on after an interruption, is kept in the folder of the property {@code out}.
 */
@Tag("paper")
final class PaperTableTest {

  @TestFactory
  List<DynamicTest> everyRowComesOutAsPublished() throws IOException {
    TableProperties properties = new TableProperties(System.getProperties());
    assumeThat(properties.complete(PaperStudies.ALL))
        .as(
            "needs -D%sinception, and .model and .reference of %s, %s or %s",
            TableProperties.PREFIX,
            PaperStudies.DIT_256,
            PaperStudies.DIT_512,
            PaperStudies.PIXART_256)
        .isTrue();
    List<PaperStudy> studies = properties.chosen(PaperStudies.ALL);
    PaperReport report = properties.table(studies, Trainings.usual(), new Printed()).run(studies);
    System.out.println(report.text());
    List<DynamicTest> tests = new ArrayList<>();
    report
        .studies()
        .forEach(
            (study, rows) ->
                rows.forEach(
                    row ->
                        tests.add(
                            dynamicTest(
                                study.title() + ", " + row.contender().title(),
                                () -> judge(Verdict.of(study, row))))));
    return tests;
  }

  private static void judge(Verdict verdict) {
    assumeThat(verdict.kind())
        .as(verdict.text())
        .isNotIn(Verdict.Kind.NO_NUMBER, Verdict.Kind.OTHER_RUN);
    assertThat(verdict.kind()).as(verdict.text()).isEqualTo(Verdict.Kind.INSIDE);
  }

  /** Says where a run of days has come to. */
  private static final class Printed implements TableListener {
    private static final int EVERY = 1000;

    @Override
    public void begins(String what) {
      System.out.println(what);
    }

    @Override
    public void sampled(int finished, int count) {
      if (finished % EVERY == 0 || finished == count) {
        System.out.printf("  %d of %d images%n", finished, count);
      }
    }
  }
}
