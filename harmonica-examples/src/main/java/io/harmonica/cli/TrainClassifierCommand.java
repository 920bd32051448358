package io.harmonica.cli;

import io.harmonica.cli.fashion.ClassifierTrainer;
import io.harmonica.cli.fashion.FashionMnist;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Trains the classifier that judges generated images. */
@Command(
    name = "train-classifier",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Trains the Fashion-MNIST classifier that judges generated images.")
final class TrainClassifierCommand implements Callable<Integer> {
  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "the folder of Fashion-MNIST's IDX files, plain or gzipped")
  private Path data;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "where it goes")
  private Path out;

  @Option(names = "--epochs", defaultValue = "6", description = "(${DEFAULT-VALUE})")
  private int epochs;

  @Option(names = "--seed", defaultValue = "1", description = "(${DEFAULT-VALUE})")
  private long seed;

  @Override
  public Integer call() throws IOException {
    Outputs.requireFolderOf(out);
    ClassifierTrainer trainer =
        new ClassifierTrainer(FashionMnist.training(data), FashionMnist.test(data), epochs, seed);
    Progress[] progress = new Progress[1];
    double accuracy =
        trainer.run(
            out,
            (step, total, loss) -> {
              if (progress[0] == null) {
                progress[0] = new Progress("training", total);
              }
              progress[0].to(step, "loss %.4f".formatted(loss));
            });
    if (progress[0] != null) {
      progress[0].close();
    }
    System.out.printf("classifier %s recognises %.2f%% of the test images%n", out, 100 * accuracy);
    return 0;
  }
}
