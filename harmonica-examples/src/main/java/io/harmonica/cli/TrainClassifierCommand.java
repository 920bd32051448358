package io.harmonica.cli;

import io.harmonica.cli.classifier.ClassifierTrainer;
import io.harmonica.cli.emoji.CaptionedImages;
import io.harmonica.cli.emoji.LabelledEmoji;
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
    description =
        "Trains a classifier that judges generated images: of Fashion-MNIST's classes, or of which"
            + " image out of a captioned set one shows.")
final class TrainClassifierCommand implements Callable<Integer> {
  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "the folder of Fashion-MNIST's IDX files, plain or gzipped")
  private Path data;

  @Option(
      names = "--images",
      paramLabel = "DIR",
      description = "instead: square colour images of one size, each a class of its own")
  private Path images;

  @Option(
      names = "--captions",
      paramLabel = "FILE",
      description = "with --images: lines of an image's file, a tab and a caption")
  private Path captions;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "where it goes")
  private Path out;

  @Option(names = "--epochs", defaultValue = "6", description = "(${DEFAULT-VALUE})")
  private int epochs;

  @Option(names = "--seed", defaultValue = "1", description = "(${DEFAULT-VALUE})")
  private long seed;

  @Override
  public Integer call() throws IOException {
    Outputs.requireFolderOf(out);
    ClassifierTrainer trainer = trainer();
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
    System.out.printf(
        "classifier %s recognises %.2f%% of the %s%n",
        out, 100 * accuracy, images == null ? "test images" : "images it was trained on");
    return 0;
  }

  private ClassifierTrainer trainer() throws IOException {
    if ((data == null) == (images == null) || (images == null) != (captions == null)) {
      throw new IllegalArgumentException(
          "give either --data DIR, or --images DIR with --captions FILE");
    }
    if (images == null) {
      return new ClassifierTrainer(
          FashionMnist.training(data), FashionMnist.test(data), epochs, seed);
    }
    LabelledEmoji emoji = new LabelledEmoji(CaptionedImages.read(images, captions));
    return new ClassifierTrainer(emoji, emoji, epochs, seed);
  }
}
