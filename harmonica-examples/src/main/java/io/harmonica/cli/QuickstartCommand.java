package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.quickstart.Quickstart;
import io.harmonica.cli.quickstart.QuickstartRun;
import io.harmonica.cli.recipe.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs the main job on the bundled DiT. */
@Command(
    name = "quickstart",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Trains routers on the bundled DiT, samples with them and rivals, and reports what it bought.")
final class QuickstartCommand implements Callable<Integer> {
  @Option(
      names = "--out",
      defaultValue = "quickstart-out",
      paramLabel = "DIR",
      description = "where router, pictures and report go (${DEFAULT-VALUE})")
  private Path out;

  @Option(
      names = "--images",
      defaultValue = "50",
      description = "images of each class to compare (${DEFAULT-VALUE})")
  private int images;

  @Option(names = "--seed", defaultValue = "0", description = "(${DEFAULT-VALUE})")
  private long seed;

  @Mixin private DeviceOption device;

  @Override
  public Integer call() throws IOException {
    Outputs.prepareFolder(out);
    Quickstart.Settings usual = Quickstart.Settings.STANDARD;
    Quickstart.Settings settings =
        new Quickstart.Settings(
            usual.rounds(),
            usual.forwards(),
            usual.updates(),
            usual.calibration(),
            usual.trajectories(),
            images,
            seed);
    try (NDManager manager = device.open();
        Bars bars = new Bars()) {
      String summary = new QuickstartRun(settings).run(manager, bars, out);
      System.out.println(summary);
    }
    return 0;
  }

  /** The progress bars of the parts, one after the other. */
  private static final class Bars implements Quickstart.Listener, AutoCloseable {
    private TrainingProgressBar training;
    private Progress sampling;

    @Override
    public Recipe.Listener training(String router) {
      close();
      System.err.println("training " + router);
      training = new TrainingProgressBar();
      return training;
    }

    @Override
    public IntConsumer sampling(int count) {
      training.close();
      sampling = new Progress("sampling", count);
      return done -> sampling.to(done, "of each policy");
    }

    @Override
    public void close() {
      if (training != null) {
        training.close();
      }
      if (sampling != null) {
        sampling.close();
      }
    }
  }
}
