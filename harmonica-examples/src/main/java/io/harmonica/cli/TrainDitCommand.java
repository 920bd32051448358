package io.harmonica.cli;

import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.cli.fashion.TrainedDit;
import io.harmonica.cli.training.ImageModelTrainer;
import io.harmonica.cli.training.TrainingSettings;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.dit.DiffusionConfig;
import io.harmonica.files.LibraryVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  @Option(
      names = "--checkpoint-every",
      paramLabel = "STEPS",
      defaultValue = "500",
      description = "how often the whole state is saved, in hundreds of steps (${DEFAULT-VALUE})")
  private int every;

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
    TrainingSettings config =
        LossCurve.saved(every, TrainingSettings.bundled(epochs, batch, learningRate, seed));
    Path checkpoint = out.resolveSibling(out.getFileName() + ".checkpoint");
    if (!resume) {
      Files.deleteIfExists(checkpoint);
    }
    try (TrainedDit model = new TrainedDit(images, seed);
        ImageModelTrainer trainer =
            new ImageModelTrainer(images, model, config, NoiseSchedule.linear())) {
      Path curve = out.resolveSibling(out.getFileName() + ".csv");
      LossCurve.train(trainer, checkpoint, curve, () -> write(trainer, config));
    }
    System.out.println("model: " + out);
    return 0;
  }

  private void write(ImageModelTrainer trainer, TrainingSettings config) throws IOException {
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .metadata(
                "config",
                new DiffusionConfig(NoiseSchedule.linear(), true, 1).toJson(TrainedDit.CONFIG))
            .metadata("settings", config.toString())
            .metadata("library_version", LibraryVersion.text());
    trainer
        .result()
        .forEach(
            (name, weight) ->
                writer.put(name, TensorType.F16, weight.getShape(), weight.toFloatArray()));
    writer.write(out);
  }
}
