package io.harmonica.cli;

import io.harmonica.cli.training.ImageModelTrainer;
import io.harmonica.files.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** Shows how the training of an image model goes, and writes its loss down. */
final class LossCurve {
  private static final int WINDOW = 100;

  private LossCurve() {}

  /** Writes the model as it is. */
  @FunctionalInterface
  interface Result {
    void write() throws IOException;
  }

  /**
   * Trains to the end, from the checkpoint if it is there. Whenever the state is saved, the model
   * is written and the curve, which has the mean loss of every hundred steps.
   */
  static void train(ImageModelTrainer trainer, Path checkpoint, Path curve, Result result)
      throws IOException {
    SortedMap<Long, String> lines = new TreeMap<>();
    if (Files.exists(checkpoint) && Files.exists(curve)) {
      for (String line : Files.readAllLines(curve)) {
        lines.put(Long.valueOf(line.substring(0, line.indexOf(','))), line);
      }
    }
    try (Progress progress = new Progress("training", trainer.totalSteps())) {
      Result both =
          () -> {
            AtomicFiles.writeString(curve, text(lines));
            result.write();
          };
      trainer.run(checkpoint, new Watch(lines, progress, both));
    }
  }

  private static String text(SortedMap<Long, String> lines) {
    StringBuilder text = new StringBuilder();
    lines.values().forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  /** Sums the loss up. */
  private static final class Watch implements ImageModelTrainer.Listener {
    private final SortedMap<Long, String> lines;
    private final Progress progress;
    private final Result result;
    private double sum;

    Watch(SortedMap<Long, String> lines, Progress progress, Result result) {
      this.lines = lines;
      this.progress = progress;
      this.result = result;
    }

    @Override
    public void afterStep(long step, long total, double loss) {
      sum += loss;
      if (step % WINDOW == 0) {
        lines.put(step, String.format(Locale.ROOT, "%d,%.5f", step, sum / WINDOW));
        progress.to(step, "loss %.4f".formatted(sum / WINDOW));
        sum = 0;
      }
    }

    @Override
    public void afterSave() throws IOException {
      result.write();
    }
  }
}
