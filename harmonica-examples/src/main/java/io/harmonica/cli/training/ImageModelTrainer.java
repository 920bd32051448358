package io.harmonica.cli.training;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.diffusion.Interrupts;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.kernel.WeightOptimiser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;

/**
 * Trains a model of images to predict noise (Ho et al., 2020). Every step draws from the seed and
 * its own number, so that an interrupted training goes on exactly where it was saved.
 */
public final class ImageModelTrainer implements AutoCloseable {
  /** Calls that the engine watches before it settles on how to compute. */
  private static final int PROFILED = 3;

  private final NDManager manager = NDManager.newBaseManager("PyTorch");
  private final TrainingImages data;
  private final ImageModel model;
  private final TrainingSettings config;
  private final NoiseSchedule schedule;
  private final WeightOptimiser optimiser;

  /**
   * Starts a training.
   *
   * @param data the images
   * @param model the model; the caller closes it after the trainer
   * @param config the settings
   * @param schedule the noise schedule
   */
  public ImageModelTrainer(
      TrainingImages data, ImageModel model, TrainingSettings config, NoiseSchedule schedule) {
    this.data = data;
    this.model = model;
    this.config = config;
    this.schedule = schedule;
    this.optimiser = new WeightOptimiser(manager, model.weights(), config.averaging());
  }

  /** Watches a training. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Called after each step.
     *
     * @param step steps taken so far
     * @param total all steps
     * @param loss the step's weighted loss
     * @throws IOException if it cannot be written down
     */
    void afterStep(long step, long total, double loss) throws IOException;

    /**
     * Called when the state has been saved or taken up, which is the time to write down the model
     * so far. A run may have been ended between the two.
     *
     * @throws IOException if that fails
     */
    default void afterSave() throws IOException {}
  }

  /** {@return the number of steps of the whole training} */
  public long totalSteps() {
    return (long) config.epochs() * stepsPerEpoch();
  }

  private int stepsPerEpoch() {
    return Math.max(1, data.count() / config.batch());
  }

  /**
   * Trains until the end, saving the whole state now and then.
   *
   * @param checkpoint where the state is saved, and where an earlier one is taken up if it is there
   * @param listener called after each step
   * @throws IOException if the state cannot be read or written
   */
  public void run(Path checkpoint, Listener listener) throws IOException {
    if (Files.exists(checkpoint)) {
      restore(checkpoint);
      listener.afterSave();
    }
    warmUp();
    int[] order = new int[0];
    long epoch = -1;
    for (long step = optimiser.steps(); step < totalSteps(); step++) {
      if (step / stepsPerEpoch() != epoch) {
        epoch = step / stepsPerEpoch();
        order = data.shuffled(Noise.random(config.seed(), -1 - epoch));
      }
      int first = (int) (step % stepsPerEpoch()) * config.batch();
      double loss = step(step, order, first);
      listener.afterStep(step + 1, totalSteps(), loss);
      if ((step + 1) % config.checkpointSteps() == 0 || step + 1 == totalSteps()) {
        save(checkpoint);
        listener.afterSave();
      }
    }
  }

  /**
   * The engine computes a call's first gradients in another way than later ones, which shows in the
   * last digits. So all of them come later, and a training that goes on computes what one that was
   * not interrupted does.
   */
  private void warmUp() {
    Shape shape = new Shape(config.batch()).addAll(data.shape());
    for (int i = 0; i < PROFILED; i++) {
      try (NDManager scope = manager.newSubManager()) {
        int[] conditions = new int[config.batch()];
        NDArray times = scope.zeros(new Shape(config.batch()));
        NDArray weight = scope.ones(new Shape(config.batch(), 1, 1, 1));
        descend(scope.zeros(shape), times, conditions, scope.zeros(shape), weight);
      }
    }
    optimiser.clear();
  }

  private double step(long number, int[] order, int first) {
    Interrupts.check("training step " + number);
    int n = Math.min(config.batch(), data.count() - first);
    int pixels = Math.toIntExact(data.shape().size());
    Random random = Noise.random(config.seed(), number);
    float[] noise = new float[n * pixels];
    Noise.fill(random, noise);
    float[] noisy = new float[n * pixels];
    float[] times = new float[n];
    float[] importance = new float[n];
    int[] conditions = new int[n];
    for (int i = 0; i < n; i++) {
      int image = order[first + i];
      int time = random.nextInt(schedule.times());
      conditions[i] = model.condition(image, random);
      times[i] = time;
      double bar = schedule.alphaBar(time);
      importance[i] = (float) Math.min(1, config.signalCap() * (1 - bar) / bar);
      data.copy(image, noisy, i * pixels);
      float signal = (float) Math.sqrt(bar);
      float sigma = (float) Math.sqrt(1 - bar);
      for (int p = i * pixels; p < (i + 1) * pixels; p++) {
        noisy[p] = signal * noisy[p] + sigma * noise[p];
      }
    }
    try (NDManager scope = manager.newSubManager()) {
      Shape shape = new Shape(n).addAll(data.shape());
      NDArray x = scope.create(noisy, shape);
      NDArray target = scope.create(noise, shape);
      NDArray weight = scope.create(importance, new Shape(n, 1, 1, 1));
      double loss = descend(x, scope.create(times), conditions, target, weight);
      optimiser.step(config.rate(number, totalSteps()));
      return loss;
    }
  }

  private double descend(
      NDArray x, NDArray times, int[] conditions, NDArray target, NDArray weight) {
    try (GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      NDArray predicted = model.predict(x, times, conditions);
      NDArray loss = predicted.sub(target).square().mul(weight).mean();
      collector.backward(loss);
      return loss.getFloat();
    }
  }

  private void save(Path checkpoint) throws IOException {
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .metadata("steps", Long.toString(optimiser.steps()))
            .metadata("settings", settings());
    optimiser.state().forEach(writer::put);
    writer.write(checkpoint);
  }

  private String settings() {
    return config + " " + model.description() + " images " + data.count();
  }

  private void restore(Path checkpoint) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(checkpoint)) {
      if (!settings().equals(file.metadata().get("settings"))) {
        throw new IllegalArgumentException(
            checkpoint
                + " was saved with "
                + file.metadata().get("settings")
                + ", this run has "
                + settings()
                + "; give the same settings, or another --out");
      }
      long steps = Long.parseLong(file.metadata().get("steps"));
      optimiser.restore(steps, file::readFloats);
    }
  }

  /**
   * {@return the averaged weights, which are the model to keep: the tensors by the model's names;
   * this object keeps owning them}
   */
  public Map<String, NDArray> result() {
    return optimiser.average();
  }

  /** Frees the trainer's state; the model stays. */
  @Override
  public void close() {
    optimiser.close();
    manager.close();
  }
}
