package io.harmonica.cli;

import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.Matrices;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.cli.fashion.FashionMnist;
import io.harmonica.cli.fashion.TrainedDit;
import io.harmonica.cli.training.ImageModelTrainer;
import io.harmonica.cli.training.TrainingSettings;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.dit.DiffusionConfig;
import io.harmonica.files.LibraryVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private ImageTrainingOptions training;

  @Option(names = "--epochs", defaultValue = "8", description = "(${DEFAULT-VALUE})")
  private int epochs;

  @Option(names = "--batch", defaultValue = "48", description = "(${DEFAULT-VALUE})")
  private int batch;

  @Override
  public Integer call() throws IOException {
    Outputs.requireFolderOf(out);
    FashionMnist images = FashionMnist.training(data);
    TrainingSettings config = training.settings(epochs, batch);
    Path checkpoint = training.checkpoint(out);
    try (TrainedDit model = new TrainedDit(images, training.seed());
        ImageModelTrainer trainer =
            new ImageModelTrainer(images, model, config, NoiseSchedule.linear())) {
      LossCurve.train(
          trainer, checkpoint, ImageTrainingOptions.curve(out), () -> write(trainer, config));
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
                writer.put(name, TensorType.F16, weight.getShape(), Matrices.values(weight)));
    writer.write(out);
  }
}
