package io.harmonica.cli;

import io.harmonica.cli.training.TrainingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** How an image model is trained, and where it stands when it is interrupted. */
final class ImageTrainingOptions {
  @Option(
      names = "--resume",
      description =
          "go on from the state that a training left beside --out, in a file that ends in"
              + " .checkpoint; without one it begins anew")
  private boolean resume;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "STEPS",
      defaultValue = "500",
      description = "how often the whole state is saved, in hundreds of steps (${DEFAULT-VALUE})")
  private int every;

  @Option(names = "--learning-rate", defaultValue = "0.001", description = "(${DEFAULT-VALUE})")
  private double learningRate;

  @Option(names = "--seed", defaultValue = "1", description = "(${DEFAULT-VALUE})")
  private long seed;

  long seed() {
    return seed;
  }

  /**
   * The settings of a training. It saves at the end of a mean of the loss, so that one that goes on
   * loses none.
   *
   * @throws IllegalArgumentException if the option asks for other times
   */
  TrainingSettings settings(int epochs, int batch) {
    if (every < 1 || every % LossCurve.WINDOW != 0) {
      throw new IllegalArgumentException(
          "--checkpoint-every is %d, expected a multiple of %d".formatted(every, LossCurve.WINDOW));
    }
    return TrainingSettings.bundled(epochs, batch, learningRate, seed).savedEvery(every);
  }

  /** The file of the whole state, which is gone if the training is to begin anew. */
  Path checkpoint(Path out) throws IOException {
    Path checkpoint = beside(out, ".checkpoint");
    if (!resume) {
      Files.deleteIfExists(checkpoint);
    }
    return checkpoint;
  }

  /** The file of the loss. */
  static Path curve(Path out) {
    return beside(out, ".csv");
  }

  private static Path beside(Path out, String ending) {
    return out.resolveSibling(out.getFileName() + ending);
  }
}
