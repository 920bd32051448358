package io.harmonica.cli;

import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.cli.fashion.DitTrainer;
import io.harmonica.cli.fashion.DitTrainingConfig;
import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.cli.report.Csv;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.dit.DiffusionConfig;
import io.harmonica.files.AtomicFiles;
import io.harmonica.files.LibraryVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Trains the small DiT that the examples ship. */
@Command(
    name = "train-dit",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Trains the small Fashion-MNIST DiT that the examples ship.")
final class TrainDitCommand implements Callable<Integer> {
  private static final int LOSS_WINDOW = 100;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "the folder of Fashion-MNIST's IDX files, plain or gzipped")
  private Path data;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description =
          "where the averaged weights go; the whole state is saved beside it as FILE.checkpoint and"
              + " the loss as FILE.csv")
  private Path out;

  @Option(names = "--resume", description = "go on from FILE.checkpoint if it is there")
  private boolean resume;

  @Option(names = "--epochs", defaultValue = "8", description = "(${DEFAULT-VALUE})")
  private int epochs;

  @Option(names = "--batch", defaultValue = "48", description = "(${DEFAULT-VALUE})")
  private int batch;

  @Option(names = "--learning-rate", defaultValue = "0.001", description = "(${DEFAULT-VALUE})")
  private double learningRate;

  @Option(names = "--seed", defaultValue = "1", description = "(${DEFAULT-VALUE})")
  private long seed;

  @Override
  public Integer call() throws IOException {
    Outputs.requireFolderOf(out);
    FashionMnist images = FashionMnist.training(data);
    DitTrainingConfig config = DitTrainingConfig.bundled(epochs, batch, learningRate, seed);
    Path checkpoint = out.resolveSibling(out.getFileName() + ".checkpoint");
    if (!resume) {
      Files.deleteIfExists(checkpoint);
    }
    try (DitTrainer trainer = new DitTrainer(images, config, NoiseSchedule.linear())) {
      train(trainer, checkpoint);
      write(trainer, config);
    }
    return 0;
  }

  private void train(DitTrainer trainer, Path checkpoint) throws IOException {
    List<List<Object>> curve = new ArrayList<>();
    double[] sum = new double[1];
    try (Progress progress = new Progress("training", trainer.totalSteps())) {
      trainer.run(
          checkpoint,
          (step, total, loss) -> {
            sum[0] += loss;
            if (step % LOSS_WINDOW == 0) {
              curve.add(List.of(step, String.format(Locale.ROOT, "%.5f", sum[0] / LOSS_WINDOW)));
              progress.to(step, "loss %.4f".formatted(sum[0] / LOSS_WINDOW));
              sum[0] = 0;
            }
          });
    }
    AtomicFiles.writeString(out.resolveSibling(out.getFileName() + ".csv"), Csv.text(curve));
  }

  private void write(DitTrainer trainer, DitTrainingConfig config) throws IOException {
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .metadata(
                "config",
                new DiffusionConfig(NoiseSchedule.linear(), true, 1).toJson(DitTrainer.CONFIG))
            .metadata("settings", config.toString())
            .metadata("library_version", LibraryVersion.text());
    trainer
        .result()
        .forEach(
            (name, weight) ->
                writer.put(name, TensorType.F16, weight.getShape(), weight.toFloatArray()));
    writer.write(out);
    System.out.println("model: " + out);
  }
}
