package io.harmonica.cli.compare;

import io.harmonica.cli.report.Curves;
import io.harmonica.cli.report.HtmlReport;
import io.harmonica.cli.report.ImageGrid;
import io.harmonica.cli.report.ReportSection;
import io.harmonica.cli.report.ReportTable;
import io.harmonica.cli.report.RouterPictures;
import io.harmonica.cli.report.TradeOffChart;
import io.harmonica.eval.CandidateResult;
import io.harmonica.eval.Estimate;
import io.harmonica.eval.ImageScores;
import io.harmonica.plan.CachePlan;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A comparison as a page: tables, trade-off curves, errors over the steps, images and plans. */
final class ComparisonReport {
  private static final List<Column> SPEED =
      List.of(Column.STEPS, Column.CUR, Column.THEORETICAL, Column.MEASURED);
  private static final List<Column> EFFORT =
      List.of(Column.SECONDS, Column.SECONDS_SPREAD, Column.CACHE, Column.TRAINING);
  private static final List<Column> LIKENESS =
      List.of(Column.CUR, Column.ERROR, Column.MEDIAN_ERROR, Column.PSNR, Column.SSIM);
  private static final List<Column> REALISM = List.of(Column.CUR, Column.FRECHET, Column.AGREEMENT);

  private final ComparisonOutcome outcome;

  ComparisonReport(ComparisonOutcome outcome) {
    this.outcome = outcome;
  }

  HtmlReport html() {
    HtmlReport report =
        new HtmlReport("Caching policies compared")
            .lead(
                "%d policies sampled the same %s noises with the model %s, batch by batch in turn."
                        .formatted(
                            outcome.results().size(),
                            outcome.provenance().get("samples"),
                            outcome.provenance().get("model"))
                    + " Brackets and bars are 95% intervals.")
            .section("What is saved", this::savings)
            .section("What it costs", this::costs)
            .section("Trade-off", this::tradeOffs)
            .section("Error over the steps", this::steps);
    if (outcome.reference().images().isPresent()) {
      report.section("Images", this::images);
    }
    report.section("Plans", this::plans);
    outcome.provenance().forEach((name, value) -> report.provenance(name, String.valueOf(value)));
    return report;
  }

  private ReportTable table(String caption, List<Column> columns) {
    List<Column> known =
        columns.stream().filter(column -> column.knownOfAny(outcome.results())).toList();
    List<String> header = new ArrayList<>(List.of("policy"));
    known.forEach(column -> header.add(column.title()));
    ReportTable table = ReportTable.of(caption, header.toArray(new String[0]));
    for (CandidateResult result : outcome.results()) {
      List<String> cells = new ArrayList<>(List.of(result.name()));
      known.forEach(column -> cells.add(column.text(result)));
      table.row(cells.toArray(new String[0]));
    }
    return table;
  }

  private void savings(ReportSection section) {
    section.table(table("Speed", SPEED));
    section.note(
        "Theory counts multiplications. Measured speed-ups are medians of ratios within a batch.");
    section.table(table("Time and memory", EFFORT));
    section.note("IQR is the interquartile range of the seconds.");
  }

  private void costs(ReportSection section) {
    section.table(table("Likeness to the samples without a cache", LIKENESS));
    section.note(
        "MSE, PSNR and SSIM compare each sample with the one that the run without a cache makes from"
            + " the same noise.");
    if (Column.FRECHET.knownOfAny(outcome.results())) {
      section.table(table("Likeness to real images", REALISM));
      section.note(
          "The Fréchet distance compares a classifier's features of all images with those of real"
              + " ones; it depends on how many images there are. Agreement is how often the"
              + " classifier sees the class that was asked for.");
    }
  }

  private void tradeOffs(ReportSection section) {
    for (Column cost : List.of(Column.ERROR, Column.FRECHET)) {
      if (cost.knownOfAny(outcome.results())) {
        for (Column gain : List.of(Column.THEORETICAL, Column.MEASURED, Column.CUR)) {
          String caption = "%s against %s.".formatted(cost.title(), gain.title());
          section.chart(tradeOff(gain, cost), caption);
        }
      }
    }
  }

  private Optional<BufferedImage> tradeOff(Column gain, Column cost) {
    TradeOffChart chart = new TradeOffChart().axes(gain.title(), cost.title());
    if (cost.equals(Column.ERROR)) {
      chart.logarithmic();
    }
    for (CandidateResult result : outcome.results()) {
      boolean sameSteps = !result.stepErrors().isEmpty();
      // Fewer steps use no cache: they have no place over CUR.
      Estimate x =
          sameSteps || !gain.equals(Column.CUR)
              ? gain.shown(result).orElseThrow()
              : Estimate.exact(Double.POSITIVE_INFINITY);
      cost.shown(result)
          .ifPresent(
              y -> chart.point(family(result), new TradeOffChart.Point(result.name(), x, y)));
    }
    return chart.draw();
  }

  /** Interval 2 and interval 3 are one curve. */
  private static String family(CandidateResult result) {
    String name = result.name();
    int colon = name.indexOf(':');
    return colon < 1 ? name : name.substring(0, colon);
  }

  private void steps(ReportSection section) {
    Curves curves = Curves.titled("").axes("step", "MSE to the run without a cache").logarithmic();
    for (CandidateResult result : outcome.others()) {
      List<Double> errors = result.stepErrors();
      if (!errors.isEmpty()) {
        curves.line(result.name(), errors.stream().mapToDouble(Double::doubleValue).toArray());
      }
    }
    section.chart(
        curves.draw(),
        "How far a run has left the one without a cache after each step, over all samples. Policies"
            + " with another number of steps have no counterpart to compare with.");
  }

  private void images(ReportSection section) {
    List<float[]> rows = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (CandidateResult result : outcome.results()) {
      rows.addAll(List.of(scores(result).shown()));
      names.add(result.name());
    }
    float[][] values = rows.toArray(float[][]::new);
    int[] size = new int[3];
    for (int i = 0; i < size.length; i++) {
      size[i] = (int) scores(outcome.reference()).shape().get(i);
    }
    section.figure(
        ImageGrid.of(size[0], size[1], size[2])
            .columns(values.length / names.size())
            .rowLabels(names)
            .draw(values),
        "A row for each policy; a column shares its noise and its request.",
        "Rows of images, one row for each policy.");
  }

  private static ImageScores scores(CandidateResult result) {
    return result.images().orElseThrow();
  }

  private void plans(ReportSection section) {
    for (CandidateResult result : outcome.results()) {
      CachePlan plan = result.candidate().plan();
      if (plan.cacheUtilisation() > 0) {
        double[][] scores =
            result
                .candidate()
                .router()
                .map(RouterPictures::scores)
                .orElseGet(() -> RouterPictures.scores(plan));
        section.figure(
            RouterPictures.heatMap(scores, plan, outcome.layout()),
            result.name()
                + ": steps from left to right, branches from the top; hatched is repeated, crossed"
                + " forecast.",
            "Heat map of what " + result.name() + " computes and reuses.");
      }
    }
  }
}
