package io.harmonica.cli.quickstart;

import ai.djl.ndarray.types.Shape;
import com.google.gson.GsonBuilder;
import io.harmonica.cli.report.Curves;
import io.harmonica.cli.report.ImageGrid;
import io.harmonica.cli.report.RouterPictures;
import io.harmonica.files.AtomicFiles;
import io.harmonica.files.Pngs;
import io.harmonica.router.Router;
import io.harmonica.search.MeasuredPlan;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files of a quickstart: routers, pictures, figures and a page. */
final class QuickstartFiles {
  private final Quickstart.Outcome outcome;

  QuickstartFiles(Quickstart.Outcome outcome) {
    this.outcome = outcome;
  }

  void write(Path folder) throws IOException {
    outcome.harmonized().router().write(folder.resolve("router.safetensors"));
    outcome.published().router().write(folder.resolve("published.safetensors"));
    BufferedImage images = images();
    BufferedImage harmonized = heatMap(outcome.harmonized().router());
    BufferedImage published = heatMap(outcome.published().router());
    Optional<BufferedImage> search = search();
    Optional<BufferedImage> losses = losses();
    Optional<BufferedImage> lambdas = lambdas();
    Pngs.write(images, folder.resolve("images.png"));
    Pngs.write(overview(), folder.resolve("overview.png"));
    Pngs.write(harmonized, folder.resolve("router.png"));
    Pngs.write(published, folder.resolve("published.png"));
    writeIfDrawn(search, folder.resolve("training.png"));
    writeIfDrawn(losses, folder.resolve("loss.png"));
    writeIfDrawn(lambdas, folder.resolve("lambda.png"));
    AtomicFiles.writeString(
        folder.resolve("summary.json"),
        new GsonBuilder().setPrettyPrinting().create().toJson(new QuickstartSummary(outcome).json())
            + "\n");
    new QuickstartReport(outcome, images, harmonized, published, search, losses, lambdas)
        .page()
        .write(folder.resolve("report.html"));
  }

  private static void writeIfDrawn(Optional<BufferedImage> image, Path file) throws IOException {
    if (image.isPresent()) {
      Pngs.write(image.get(), file);
    }
  }

  private BufferedImage images() {
    return grid(outcome.comparison().shownPerClass())
        .drawSides(outcome.comparison().shown(), outcome.names());
  }

  /** A row for each policy, with the first image of what each column says. */
  private BufferedImage overview() {
    Map<String, float[][]> shown = outcome.comparison().shown();
    int perClass = outcome.comparison().shownPerClass();
    List<float[]> firsts = new ArrayList<>();
    for (float[][] side : shown.values()) {
      for (int image = 0; image < side.length; image += perClass) {
        firsts.add(side[image]);
      }
    }
    return grid(outcome.names().size())
        .rowLabels(List.copyOf(shown.keySet()))
        .columnLabels(outcome.names())
        .draw(firsts.toArray(float[][]::new));
  }

  private ImageGrid grid(int columns) {
    Shape image = outcome.image();
    return ImageGrid.of((int) image.get(0), (int) image.get(1), (int) image.get(2))
        .columns(columns);
  }

  private BufferedImage heatMap(Router router) {
    return RouterPictures.heatMap(
        RouterPictures.scores(router), outcome.setup().plan(router), outcome.setup().layout());
  }

  private Optional<BufferedImage> search() {
    return Curves.titled("Image error of the plans that competed")
        .axes("plan", "mean squared difference of x_0")
        .logarithmic()
        .line("plans", errors(outcome.harmonized().history().starts()))
        .draw();
  }

  private static double[] errors(List<MeasuredPlan> plans) {
    return plans.stream().mapToDouble(MeasuredPlan::error).toArray();
  }

  private Optional<BufferedImage> losses() {
    double[] losses =
        outcome.published().history().losses().stream().mapToDouble(Double::doubleValue).toArray();
    return Curves.titled("Loss of step-wise training")
        .axes("trajectory", "lambda x error + price")
        .logarithmic()
        .line("mean over steps", losses)
        .draw();
  }

  private Optional<BufferedImage> lambdas() {
    Curves curves =
        Curves.titled("What the image error proxy says of each step")
            .axes("step, noise to image", "lambda")
            .logarithmic();
    List<float[]> measured = outcome.published().history().lambdas();
    if (!measured.isEmpty()) {
      curves = curves.line("at first", doubles(measured.get(0)));
      curves = curves.line("at last", doubles(measured.get(measured.size() - 1)));
    }
    return curves.draw();
  }

  private static double[] doubles(float[] values) {
    double[] wide = new double[values.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = values[i];
    }
    return wide;
  }
}
