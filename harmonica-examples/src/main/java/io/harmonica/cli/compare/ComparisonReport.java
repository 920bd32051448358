package io.harmonica.cli.compare;

import io.harmonica.cli.report.Curves;
import io.harmonica.cli.report.HtmlReport;
import io.harmonica.cli.report.ImageGrid;
import io.harmonica.cli.report.ReportSection;
import io.harmonica.cli.report.ReportTable;
import io.harmonica.cli.report.RouterHeatMap;
import io.harmonica.cli.report.TradeOffChart;
import io.harmonica.cli.sampling.ImageDecoder;
import io.harmonica.cli.sampling.RouterPictures;
import io.harmonica.eval.Estimate;
import io.harmonica.plan.CachePlan;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A comparison as a page: tables, trade-off curves, errors over the steps, images and plans. */
final class ComparisonReport {
  private static final List<Figure> SPEED =
      List.of(Figure.STEPS, Figure.CUR, Figure.THEORETICAL, Figure.MEASURED);
  private static final List<Figure> EFFORT =
      List.of(Figure.SECONDS, Figure.SECONDS_SPREAD, Figure.CACHE, Figure.TRAINING);
  private static final List<Figure> LIKENESS =
      List.of(Figure.CUR, Figure.ERROR, Figure.PSNR, Figure.SSIM);
  private static final List<Figure> REALISM = List.of(Figure.CUR, Figure.FRECHET, Figure.AGREEMENT);

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
                            outcome.standings().size(),
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

  private ReportTable table(String caption, List<Figure> figures) {
    List<Figure> known =
        figures.stream().filter(figure -> figure.knownOfAny(outcome.standings())).toList();
    List<String> header = new ArrayList<>(List.of("policy"));
    known.forEach(figure -> header.add(figure.title()));
    ReportTable table = ReportTable.of(caption, header.toArray(new String[0]));
    for (Standing standing : outcome.standings()) {
      List<String> cells = new ArrayList<>(List.of(standing.name()));
      known.forEach(figure -> cells.add(figure.text(standing)));
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
    if (Figure.FRECHET.knownOfAny(outcome.standings())) {
      section.table(table("Likeness to real images", REALISM));
      section.note(
          "The Fréchet distance compares a classifier's features of all images with those of real"
              + " ones; it depends on how many images there are. Agreement is how often the"
              + " classifier sees the class that was asked for.");
    }
  }

  private void tradeOffs(ReportSection section) {
    for (Figure cost : List.of(Figure.ERROR, Figure.FRECHET)) {
      if (cost.knownOfAny(outcome.standings())) {
        for (Figure gain : List.of(Figure.THEORETICAL, Figure.MEASURED, Figure.CUR)) {
          String caption = "%s against %s.".formatted(cost.title(), gain.title());
          section.chart(tradeOff(gain, cost), caption);
        }
      }
    }
  }

  private Optional<BufferedImage> tradeOff(Figure gain, Figure cost) {
    TradeOffChart chart = new TradeOffChart().axes(gain.title(), cost.title());
    if (cost.equals(Figure.ERROR)) {
      chart.logarithmic();
    }
    for (Standing standing : outcome.standings()) {
      boolean sameSteps = !standing.result().stepErrors().isEmpty();
      // Fewer steps use no cache: they have no place over CUR.
      Estimate x =
          sameSteps || !gain.equals(Figure.CUR)
              ? gain.shown(standing).orElseThrow()
              : Estimate.exact(Double.POSITIVE_INFINITY);
      cost.shown(standing)
          .ifPresent(
              y -> chart.point(family(standing), new TradeOffChart.Point(standing.name(), x, y)));
    }
    return chart.draw();
  }

  /** Interval 2 and interval 3 are one curve. */
  private static String family(Standing standing) {
    String name = standing.name();
    int colon = name.indexOf(':');
    return colon < 1 ? name : name.substring(0, colon);
  }

  private void steps(ReportSection section) {
    Curves curves = Curves.titled("").axes("step", "MSE to the run without a cache").logarithmic();
    for (Standing standing : outcome.rivals()) {
      List<Double> errors = standing.result().stepErrors();
      if (!errors.isEmpty()) {
        curves.line(standing.name(), errors.stream().mapToDouble(Double::doubleValue).toArray());
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
    for (Standing standing : outcome.standings()) {
      rows.addAll(List.of(shown(standing).values()));
      names.add(standing.name());
    }
    float[][] values = rows.toArray(float[][]::new);
    int[] size = new int[3];
    for (int i = 0; i < size.length; i++) {
      size[i] = (int) shown(outcome.reference()).shape().get(i);
    }
    section.figure(
        ImageGrid.of(size[0], size[1], size[2])
            .columns(values.length / names.size())
            .rowLabels(names)
            .draw(values),
        "A row for each policy; a column shares its noise and its request.",
        "Rows of images, one row for each policy.");
  }

  private static ImageDecoder.Images shown(Standing standing) {
    return standing.images().orElseThrow().shown();
  }

  private void plans(ReportSection section) {
    List<String> branches = RouterPictures.names(outcome.layout());
    for (Standing standing : outcome.standings()) {
      CachePlan plan = standing.result().candidate().plan();
      if (plan.cacheUtilisation() > 0) {
        double[][] scores =
            standing
                .entrant()
                .router()
                .map(RouterPictures::scores)
                .orElseGet(() -> RouterPictures.scores(plan));
        section.figure(
            RouterHeatMap.draw(scores, RouterPictures.plan(plan), branches),
            standing.name()
                + ": steps from left to right, branches from the top; hatched is reused.",
            "Heat map of what " + standing.name() + " computes and reuses.");
      }
    }
  }
}
