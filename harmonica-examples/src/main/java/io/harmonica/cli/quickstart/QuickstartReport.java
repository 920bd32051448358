package io.harmonica.cli.quickstart;

import io.harmonica.cli.report.HtmlReport;
import io.harmonica.cli.report.ReportSection;
import io.harmonica.cli.report.ReportTable;
import io.harmonica.eval.CandidateResult;
import io.harmonica.router.RouterProvenance;
import java.awt.image.BufferedImage;
import java.util.Locale;
import java.util.Optional;

/** The page that a quickstart ends with. */
record QuickstartReport(
    Quickstart.Outcome outcome,
    BufferedImage images,
    BufferedImage harmonized,
    BufferedImage published,
    Optional<BufferedImage> search,
    Optional<BufferedImage> losses,
    Optional<BufferedImage> lambdas) {

  HtmlReport page() {
    Comparison result = outcome.comparison();
    CandidateResult cached = result.cached();
    HtmlReport report =
        new HtmlReport("HarmoniCa quickstart")
            .lead(
                "Two cache routers were trained on a small Diffusion Transformer without any image,"
                    + " by the default recipe and as published. Then "
                    + result.images()
                    + " images were sampled with each, with their rivals and in full, from the same"
                    + " noise.")
            .keyFigure(
                "Not computed", text("%.1f", 100 * outcome.plan().cacheUtilisation()), "%", "CUR")
            .keyFigure(
                "Measured speed-up",
                text("%.2f", result.speedup()),
                "x",
                text("%.2fx in theory", cached.theoreticalSpeedup()))
            .keyFigure(
                "Likeness", text("%.1f", Comparison.psnr(cached)), "dB", "PSNR to the full images")
            .keyFigure(
                "Recognised",
                text("%.1f", 100 * Comparison.agreement(cached).share()),
                "%",
                text("%.1f %% without a cache", 100 * Comparison.agreement(result.full()).share()))
            .section("Policies", this::policies)
            .section("Images", this::images)
            .section("The routers", this::routers)
            .section("Their trainings", this::trainings);
    RouterProvenance provenance = outcome.harmonized().router().provenance();
    provenance.settings().forEach((name, value) -> report.provenance(name, value));
    return report
        .provenance("model", provenance.model())
        .provenance("model SHA-256", provenance.modelHash())
        .provenance("sampler", provenance.sampler())
        .provenance("guidance", Double.toString(provenance.guidance()))
        .provenance("seed", Long.toString(provenance.seed()))
        .provenance("library version", provenance.libraryVersion());
  }

  private void policies(ReportSection section) {
    Comparison result = outcome.comparison();
    ReportTable table =
        ReportTable.of(
            "All sides from the same noise",
            "",
            "CUR in %",
            "speed-up, theory",
            "measured",
            "image error",
            "PSNR in dB",
            "Fréchet distance",
            "agreement in %");
    table = table.row(row("full", result.full(), false));
    for (CandidateResult side : result.others()) {
      String[] row = row(side.name(), side, true);
      boolean ours = side.name().equals(Quickstart.HARMONIZED);
      table = ours ? table.highlightedRow(row) : table.row(row);
    }
    section.table(table);
    section.note(
        "The image error is the mean squared difference of x_0 from the run that computes everything,"
            + " with a 95% bootstrap interval. The Fréchet distance is that of a classifier's features"
            + " from those of real images. Speed-ups are medians over batches that ran by turns.");
    section.note(
        text(
            "The default recipe's cache held at most %.2f MiB for a batch, that of %s %.2f MiB.",
            result.cached().peakCacheBytes() / 1048576.0,
            result.others().get(1).name(),
            result.others().get(1).peakCacheBytes() / 1048576.0));
  }

  private static String[] row(String name, CandidateResult side, boolean compared) {
    return new String[] {
      name,
      text("%.1f", 100 * side.candidate().plan().cacheUtilisation()),
      text("%.2f", side.theoreticalSpeedup()),
      compared ? text("%.2f", side.measuredSpeedup().value()) : "1",
      compared
          ? text(
              "%.5f (%.5f to %.5f)",
              side.error().value(), side.error().interval().low(), side.error().interval().high())
          : "0",
      compared ? text("%.1f", Comparison.psnr(side)) : "",
      text("%.2f", Comparison.frechet(side)),
      text("%.1f", 100 * Comparison.agreement(side).share())
    };
  }

  private void images(ReportSection section) {
    section.figure(
        images,
        "For each class or caption, the first row computes everything; the rows below follow the policies of"
            + " the table, from the same noise.",
        "Rows of generated images, full computation above what the policies make.");
  }

  private void routers(ReportSection section) {
    section.figure(
        harmonized,
        "The default recipe: steps from left to right, noise first. Hatched cells repeat a branch's"
            + " last output, crossed ones are forecast from several.",
        "Heat map of what the default recipe's router computes and forecasts.");
    section.figure(
        published,
        "HarmoniCa as published: the scores that training gave, hatched where they are below tau.",
        "Heat map of the published router's scores and of what it reuses.");
  }

  private void trainings(ReportSection section) {
    section.text(
        text(
            "The default recipe took %.0f seconds: %d plans of whole steps competed, then the"
                + " weights of the best one's forecasts were learned from the image.",
            outcome.harmonized().seconds(), outcome.harmonized().history().starts().size()));
    section.chart(
        search, "What each plan that competed costs the image, in the order of measurement.");
    section.text(
        text(
            "Step-wise training with the image error proxy took %.0f seconds. Published is a"
                + " training some hundred times as long.",
            outcome.published().seconds()));
    section.chart(losses, "The loss of each trajectory, which the price of computing is part of.");
    section.chart(lambdas, "The weight of each step, by what it does to the image.");
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
