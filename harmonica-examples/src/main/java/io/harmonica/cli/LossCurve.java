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
  /** Steps of which the curve has the mean. */
  static final int WINDOW = 100;

  private LossCurve() {}

  /** Writes the model as it is. */
  @FunctionalInterface
  interface Result {
    void write() throws IOException;
  }

  /**
   * Trains to the end, from the checkpoint if it is there. The model is written whenever the state
   * is saved, and the curve every hundred steps, of which it has the mean loss.
   */
  static void train(ImageModelTrainer trainer, Path checkpoint, Path curve, Result result)
      throws IOException {
    SortedMap<Long, String> lines = new TreeMap<>();
    if (Files.exists(checkpoint) && Files.exists(curve)) {
      for (String line : Files.readAllLines(curve)) {
        lines.put(Long.valueOf(line.substring(0, line.indexOf(','))), line);
      }
    }
    try (Watch watch = new Watch(curve, lines, result)) {
      trainer.run(checkpoint, watch);
    }
  }

  /** Sums the loss up. */
  private static final class Watch implements ImageModelTrainer.Listener, AutoCloseable {
    private final Path curve;
    private final SortedMap<Long, String> lines;
    private final Result result;

    /** Begins with the first step, which tells how many were done before. */
    private Progress progress;

    private double sum;

    Watch(Path curve, SortedMap<Long, String> lines, Result result) {
      this.curve = curve;
      this.lines = lines;
      this.result = result;
    }

    @Override
    public void afterStep(long step, long total, double loss) throws IOException {
      if (progress == null) {
        progress = new Progress("training", total, step - 1);
      }
      sum += loss;
      if (step % WINDOW == 0) {
        lines.put(step, String.format(Locale.ROOT, "%d,%.5f", step, sum / WINDOW));
        AtomicFiles.writeString(curve, String.join("\n", lines.values()) + "\n");
        progress.to(step, "loss %.4f".formatted(sum / WINDOW));
        sum = 0;
      }
    }

    @Override
    public void afterSave() throws IOException {
      result.write();
    }

    @Override
    public void close() {
      if (progress != null) {
        progress.close();
      }
    }
  }
}
