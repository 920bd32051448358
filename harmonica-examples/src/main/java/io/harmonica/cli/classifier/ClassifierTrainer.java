package io.harmonica.cli.classifier;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import io.harmonica.cli.training.ImageModelTrainer;
import io.harmonica.diffusion.Interrupts;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.Scalars;
import io.harmonica.eval.FeatureStatistics;
import io.harmonica.kernel.WeightOptimiser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Trains an {@link ImageClassifier} on real images by cross-entropy. */
public final class ClassifierTrainer {
  private static final int MOST_BATCH = 100;
  private static final double LEARNING_RATE = 2e-3;
  private static final double AVERAGING = 0.998;

  private final LabelledImages training;
  private final LabelledImages test;
  private final int epochs;
  private final long seed;
  private final int batch;

  /**
   * Prepares a training.
   *
   * @param training the images to learn from
   * @param test the images to measure on
   * @param epochs how often every training image is seen
   * @param seed the seed of first weights and order
   * @throws IllegalArgumentException if there is nothing to learn from, or no epoch
   */
  public ClassifierTrainer(LabelledImages training, LabelledImages test, int epochs, long seed) {
    this.training = training;
    this.test = test;
    this.epochs = epochs;
    this.seed = seed;
    this.batch = Math.min(MOST_BATCH, training.count());
    if (epochs < 1 || batch < 1) {
      throw new IllegalArgumentException(
          "%d images for %d epochs, expected at least 1 of each"
              .formatted(training.count(), epochs));
    }
  }

  /**
   * Trains, measures on the test images, and writes the averaged weights with their feature
   * statistics.
   *
   * @param file where to
   * @param listener called after each step
   * @return the share of test images that are recognised
   * @throws IOException if the file cannot be written
   */
  public double run(Path file, ImageModelTrainer.Listener listener) throws IOException {
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      Map<String, NDArray> weights =
          ImageClassifier.initialise(manager, training.shape(), training.classes(), seed);
      try (ImageClassifier classifier = new ImageClassifier(manager, weights);
          WeightOptimiser optimiser = new WeightOptimiser(manager, weights, AVERAGING)) {
        int perEpoch = training.count() / batch;
        long total = (long) epochs * perEpoch;
        for (int epoch = 0; epoch < epochs; epoch++) {
          int[] order = training.shuffled(Noise.random(seed, epoch + 1L));
          for (int i = 0; i < perEpoch; i++) {
            Interrupts.check("training step " + i + " of epoch " + epoch);
            long step = (long) epoch * perEpoch + i;
            double loss = step(manager, classifier, order, i * batch, new Random(step));
            optimiser.step(LEARNING_RATE * 0.5 * (1 + Math.cos(Math.PI * step / total)));
            listener.afterStep(step + 1, total, loss);
          }
        }
        return finish(manager, optimiser.average(), file);
      }
    }
  }

  private double step(
      NDManager manager, ImageClassifier classifier, int[] order, int first, Random random) {
    int size = Math.toIntExact(training.shape().size());
    int classes = training.classes();
    float[] pixels = new float[batch * size];
    float[] oneHot = new float[batch * classes];
    for (int i = 0; i < batch; i++) {
      int image = order[first + i];
      training.copyVaried(image, pixels, i * size, random);
      oneHot[i * classes + training.label(image)] = 1;
    }
    try (NDManager scope = manager.newSubManager();
        GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
      NDArray images = scope.create(pixels, new Shape(batch).addAll(training.shape()));
      NDArray asked = scope.create(oneHot, new Shape(batch, classes));
      NDArray loss =
          Scalars.times(
              classifier.classify(classifier.features(images)).mul(asked).sum(), -1.0 / batch);
      collector.backward(loss);
      return loss.getFloat();
    }
  }

  private double finish(NDManager manager, Map<String, NDArray> average, Path file)
      throws IOException {
    float[][] images = new float[test.count()][Math.toIntExact(test.shape().size())];
    for (int i = 0; i < images.length; i++) {
      test.copy(i, images[i], 0);
    }
    try (ImageClassifier result = new ImageClassifier(manager, average)) {
      ImageClassifier.Judgement judgement = result.judge(images);
      int[] classes = judgement.classes();
      int right = 0;
      for (int i = 0; i < images.length; i++) {
        if (classes[i] == test.label(i)) {
          right++;
        }
      }
      double accuracy = (double) right / images.length;
      ImageClassifier.write(
          file,
          average,
          FeatureStatistics.of(judgement.features()),
          new TreeMap<>(
              Map.of(
                  "epochs", Integer.toString(epochs),
                  "seed", Long.toString(seed),
                  "test_accuracy", Double.toString(accuracy))));
      return accuracy;
    }
  }
}
