package io.harmonica.cli;

import io.harmonica.cli.training.ImageModelTrainer;
import io.harmonica.cli.training.TrainingSettings;
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
   * Returns settings that save at the end of a mean, so that a training that goes on loses none.
   *
   * @throws IllegalArgumentException if the option asks for other times
   */
  static TrainingSettings saved(int every, TrainingSettings settings) {
    if (every < 1 || every % WINDOW != 0) {
      throw new IllegalArgumentException(
          "--checkpoint-every is %d, expected a multiple of %d".formatted(every, WINDOW));
    }
    return settings.savedEvery(every);
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
    try (Progress progress = new Progress("training", trainer.totalSteps())) {
      trainer.run(checkpoint, new Watch(curve, lines, progress, result));
    }
  }

  /** Sums the loss up. */
  private static final class Watch implements ImageModelTrainer.Listener {
    private final Path curve;
    private final SortedMap<Long, String> lines;
    private final Progress progress;
    private final Result result;
    private double sum;

    Watch(Path curve, SortedMap<Long, String> lines, Progress progress, Result result) {
      this.curve = curve;
      this.lines = lines;
      this.progress = progress;
      this.result = result;
    }

    @Override
    public void afterStep(long step, long total, double loss) throws IOException {
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
  }
}
