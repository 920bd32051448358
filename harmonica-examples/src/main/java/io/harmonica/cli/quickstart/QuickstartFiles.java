package io.harmonica.cli.quickstart;

import com.google.gson.GsonBuilder;
import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.cli.report.Curves;
import io.harmonica.cli.report.HtmlReport;
import io.harmonica.cli.report.ImageGrid;
import io.harmonica.cli.report.ReportSection;
import io.harmonica.cli.report.ReportTable;
import io.harmonica.cli.report.RouterHeatMap;
import io.harmonica.cli.report.RouterPictures;
import io.harmonica.files.AtomicFiles;
import io.harmonica.files.Pngs;
import io.harmonica.router.RouterProvenance;
import io.harmonica.search.MeasuredPlan;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Writes what a quickstart found: router, pictures, summary.json and the single-file report. */
final class QuickstartFiles {
  private final Quickstart.Outcome outcome;
  private final BufferedImage grid;
  private final BufferedImage heatMap;
  private final Optional<BufferedImage> training;

  QuickstartFiles(Quickstart.Outcome outcome) {
    this.outcome = outcome;
    this.grid = grid(outcome.comparison());
    this.heatMap =
        RouterHeatMap.draw(
            RouterPictures.scores(outcome.router()),
            RouterPictures.plan(outcome.plan()),
            RouterPictures.names(outcome.description().layout()));
    this.training =
        Curves.titled("Image error on the way to the target")
            .axes("CUR in %", "mean squared difference of x_0")
            .logarithmic()
            .line("starts", utilisations(starts()), errors(starts()))
            .line(
                "refined",
                utilisations(outcome.history().refined()),
                errors(outcome.history().refined()))
            .draw();
  }

  private List<MeasuredPlan> starts() {
    return List.copyOf(outcome.history().starts().values());
  }

  private static double[] utilisations(List<MeasuredPlan> plans) {
    return plans.stream().mapToDouble(plan -> 100 * plan.plan().cacheUtilisation()).toArray();
  }

  private static double[] errors(List<MeasuredPlan> plans) {
    return plans.stream().mapToDouble(MeasuredPlan::error).toArray();
  }

  private static BufferedImage grid(Comparison result) {
    return ImageGrid.of(1, FashionMnist.SIZE, FashionMnist.SIZE)
        .columns(Math.min(Comparison.SHOWN_PER_CLASS, result.perClass()))
        .drawPaired(
            Comparison.shown(result.full()),
            Comparison.shown(result.cached()),
            "full",
            "cached",
            FashionMnist.CLASSES);
  }

  void write(Path folder) throws IOException {
    outcome.router().write(folder.resolve("router.safetensors"));
    Pngs.write(grid, folder.resolve("images.png"));
    Pngs.write(heatMap, folder.resolve("router.png"));
    writeIfDrawn(training, folder.resolve("training.png"));
    AtomicFiles.writeString(
        folder.resolve("summary.json"),
        new GsonBuilder().setPrettyPrinting().create().toJson(summary()) + "\n");
    report().write(folder.resolve("report.html"));
  }

  private static void writeIfDrawn(Optional<BufferedImage> image, Path file) throws IOException {
    if (image.isPresent()) {
      Pngs.write(image.get(), file);
    }
  }

  /** The figures by the names that scripts rely on. */
  Map<String, Object> summary() {
    Comparison result = outcome.comparison();
    RouterProvenance provenance = outcome.router().provenance();
    Map<String, Object> summary = new LinkedHashMap<>();
    summary.put("cur", outcome.plan().cacheUtilisation());
    summary.put("theoreticalSpeedup", theoreticalSpeedup());
    summary.put("measuredSpeedup", result.speedup());
    summary.put("psnr", result.psnr());
    summary.put("agreementFull", Comparison.agreement(result.full()).share());
    summary.put("agreementCached", Comparison.agreement(result.cached()).share());
    summary.put("frechetFull", Comparison.frechet(result.full()));
    summary.put("frechetCached", Comparison.frechet(result.cached()));
    summary.put("seconds", outcome.seconds());
    summary.put("trainingSeconds", outcome.trainingSeconds());
    summary.put("images", result.images());
    summary.put("cacheBytes", result.cached().peakCacheBytes());
    summary.put("steps", Quickstart.STEPS);
    summary.put("guidance", Quickstart.GUIDANCE);
    summary.put("sampler", provenance.sampler());
    summary.put("seed", provenance.seed());
    summary.put("model", provenance.model());
    summary.put("modelSha256", provenance.modelHash());
    summary.put("settings", provenance.settings());
    summary.put("libraryVersion", provenance.libraryVersion());
    return summary;
  }

  double theoreticalSpeedup() {
    return outcome.description().cost().speedup(outcome.plan());
  }

  private HtmlReport report() {
    Comparison result = outcome.comparison();
    HtmlReport report =
        new HtmlReport("HarmoniCa quickstart")
            .lead(
                "A cache router was trained on a small Diffusion Transformer without any image, and "
                    + result.images()
                    + " images were then sampled with and without it from the same noise.")
            .keyFigure("Reused", text("%.1f", 100 * outcome.plan().cacheUtilisation()), "%", "CUR")
            .keyFigure(
                "Measured speed-up",
                text("%.2f", result.speedup()),
                "x",
                text("%.2fx in theory", theoreticalSpeedup()))
            .keyFigure("Likeness", text("%.1f", result.psnr()), "dB", "PSNR to the full images")
            .keyFigure(
                "Recognised",
                text("%.1f", 100 * Comparison.agreement(result.cached()).share()),
                "%",
                text("%.1f %% without a cache", 100 * Comparison.agreement(result.full()).share()))
            .section("Images", this::images)
            .section("What it bought", this::figures)
            .section("The router", this::router)
            .section("Its training", this::training);
    outcome
        .router()
        .provenance()
        .settings()
        .forEach((name, value) -> report.provenance(name, value));
    RouterProvenance provenance = outcome.router().provenance();
    return report
        .provenance("model", provenance.model())
        .provenance("model SHA-256", provenance.modelHash())
        .provenance("sampler", provenance.sampler())
        .provenance("guidance", Double.toString(provenance.guidance()))
        .provenance("threshold", Double.toString(provenance.threshold()))
        .provenance("seed", Long.toString(provenance.seed()))
        .provenance("library version", provenance.libraryVersion());
  }

  private void images(ReportSection section) {
    section.figure(
        grid,
        "For each class, the upper row computes everything and the lower row follows the router,"
            + " from the same noise.",
        "Pairs of rows of generated clothing, full computation above cached.");
  }

  private void figures(ReportSection section) {
    Comparison result = outcome.comparison();
    section.table(
        ReportTable.of("Both sides from the same noise", "", "full", "cached")
            .row(
                "seconds per batch (median)",
                text("%.3f", result.full().medianSeconds()),
                text("%.3f", result.cached().medianSeconds()))
            .row(
                "interquartile range",
                text("%.3f", result.full().spreadSeconds()),
                text("%.3f", result.cached().spreadSeconds()))
            .row(
                "classifier agreement in %",
                text("%.1f", 100 * Comparison.agreement(result.full()).share()),
                text("%.1f", 100 * Comparison.agreement(result.cached()).share()))
            .row(
                "Fréchet feature distance to real images",
                text("%.2f", Comparison.frechet(result.full())),
                text("%.2f", Comparison.frechet(result.cached()))));
    section.note(
        text(
            "The cache held at most %.2f MiB for a batch. Batches ran in turn, full and cached, so"
                + " that both met the same machine.",
            result.cached().peakCacheBytes() / 1048576.0));
  }

  private void router(ReportSection section) {
    section.figure(
        heatMap,
        "Scores by step, the noisiest first, and branch. Hatched cells are reused from the cache.",
        "Heat map of the router's scores over steps and branches.");
  }

  private void training(ReportSection section) {
    section.text(
        text(
            "It took %.0f seconds: %d ways to choose whole steps competed, then single branches were"
                + " exchanged and the weights of the forecasts learned from the image.",
            outcome.trainingSeconds(), outcome.history().starts().size()));
    section.chart(
        this.training,
        "What the plan costs the image while whole steps are chosen, and after each round of"
            + " refinement, which is measured on other and more samples.");
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
