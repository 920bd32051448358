package io.harmonica.cli.fashion;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.diffusion.Noise;
import io.harmonica.eval.FeatureStatistics;
import io.harmonica.kernel.TorchKernels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/**
 * What generated images are measured with: a small convolutional classifier of Fashion-MNIST,
 * trained on the real training split. It says which class an image looks like, and its features in
 * front of the last layer measure distances between sets of images.
 */
public final class FashionClassifier implements AutoCloseable {
  /** Length of an image's feature vector. */
  public static final int FEATURES = 64;

  private static final int BATCH = 500;
  private static final String MEAN = "real.mean";
  private static final String COVARIANCE = "real.covariance";
  private static final Map<String, Shape> SHAPES = new LinkedHashMap<>();

  static {
    SHAPES.put("conv1.weight", new Shape(24, 1, 3, 3));
    SHAPES.put("conv1.bias", new Shape(24));
    SHAPES.put("conv2.weight", new Shape(48, 24, 3, 3));
    SHAPES.put("conv2.bias", new Shape(48));
    SHAPES.put("hidden.weight", new Shape(FEATURES, 48 * 7 * 7));
    SHAPES.put("hidden.bias", new Shape(FEATURES));
    SHAPES.put("classes.weight", new Shape(FashionMnist.CLASSES.size(), FEATURES));
    SHAPES.put("classes.bias", new Shape(FashionMnist.CLASSES.size()));
  }

  private final NDManager manager;
  private final TorchKernels kernels;
  private final Map<String, NDArray> weights;

  FashionClassifier(NDManager parent, Map<String, NDArray> weights) {
    this.manager = parent.newSubManager();
    this.weights = weights;
    this.kernels =
        TorchKernels.compile(
            manager, FashionClassifier.class, "classifier.py", "ClassifierKernels", Map.of());
  }

  /**
   * Reads a classifier that training wrote.
   *
   * @param parent the manager under which it lives
   * @param source the open file
   * @return the classifier; the caller closes it
   * @throws IOException if a tensor is missing or cannot be read
   */
  public static FashionClassifier read(NDManager parent, TensorSource source) throws IOException {
    Map<String, NDArray> weights = new LinkedHashMap<>();
    for (Map.Entry<String, Shape> tensor : SHAPES.entrySet()) {
      if (!source.info(tensor.getKey()).shape().equals(tensor.getValue())) {
        throw new IOException(source.path() + " holds no classifier of Fashion-MNIST");
      }
      weights.put(tensor.getKey(), source.read(tensor.getKey(), parent));
    }
    return new FashionClassifier(parent, weights);
  }

  /**
   * Reads the features' statistics of the real test images, which lie beside the weights.
   *
   * @param source the open file
   * @return mean and covariance over the 10,000 test images
   * @throws IOException if they are missing or cannot be read
   */
  public static FeatureStatistics realStatistics(TensorSource source) throws IOException {
    float[] mean = source.readFloats(MEAN);
    float[] flat = source.readFloats(COVARIANCE);
    double[] means = new double[FEATURES];
    double[][] covariance = new double[FEATURES][FEATURES];
    for (int i = 0; i < FEATURES; i++) {
      means[i] = mean[i];
      for (int j = 0; j < FEATURES; j++) {
        covariance[i][j] = flat[i * FEATURES + j];
      }
    }
    return new FeatureStatistics(
        means, covariance, Long.parseLong(source.metadata().getOrDefault("real_images", "10000")));
  }

  static Map<String, NDArray> initialise(NDManager manager, long seed) {
    Random random = Noise.random(seed, 0);
    Map<String, NDArray> weights = new LinkedHashMap<>();
    SHAPES.forEach(
        (name, shape) -> {
          float[] values = new float[Math.toIntExact(shape.size())];
          if (name.endsWith("weight")) {
            double deviation = Math.sqrt(2.0 * shape.get(0) / shape.size());
            for (int i = 0; i < values.length; i++) {
              values[i] = (float) (deviation * random.nextGaussian());
            }
          }
          weights.put(name, manager.create(values, shape));
        });
    return weights;
  }

  static void write(
      Path file, Map<String, NDArray> weights, FeatureStatistics real, Map<String, String> metadata)
      throws IOException {
    SafetensorsWriter writer = new SafetensorsWriter();
    metadata.forEach(writer::metadata);
    writer.metadata("real_images", Long.toString(real.count()));
    for (String name : SHAPES.keySet()) {
      NDArray weight = weights.get(name);
      writer.put(name, TensorType.F16, weight.getShape(), weight.toFloatArray());
    }
    float[] mean = new float[FEATURES];
    float[] covariance = new float[FEATURES * FEATURES];
    double[] means = real.mean();
    double[][] rows = real.covariance();
    for (int i = 0; i < FEATURES; i++) {
      mean[i] = (float) means[i];
      for (int j = 0; j < FEATURES; j++) {
        covariance[i * FEATURES + j] = (float) rows[i][j];
      }
    }
    writer.put(MEAN, new Shape(FEATURES), mean);
    writer.put(COVARIANCE, new Shape(FEATURES, FEATURES), covariance);
    writer.write(file);
  }

  /** Features [n, 64] of images [n, 1, 28, 28]; gradients flow. */
  NDArray features(NDArray images) {
    return kernels.call(
        "features",
        images,
        weights.get("conv1.weight"),
        weights.get("conv1.bias"),
        weights.get("conv2.weight"),
        weights.get("conv2.bias"),
        weights.get("hidden.weight"),
        weights.get("hidden.bias"));
  }

  /** Log-probabilities [n, 10] of features [n, 64]; gradients flow. */
  NDArray classify(NDArray features) {
    return kernels.call(
        "classify", features, weights.get("classes.weight"), weights.get("classes.bias"));
  }

  /**
   * What the classifier sees in a set of images.
   *
   * @param features one row of 64 numbers for each image
   * @param classes the class that each image looks like most
   */
  @SuppressWarnings("ArrayRecordComponent") // a bare carrier between the network and the statistics
  public record Judgement(float[][] features, int[] classes) {}

  /**
   * Judges images.
   *
   * @param images each 28 x 28 pixels in [-1, 1]
   * @return features and classes
   */
  public Judgement judge(float[][] images) {
    float[][] features = new float[images.length][];
    int[] classes = new int[images.length];
    for (int first = 0; first < images.length; first += BATCH) {
      int n = Math.min(BATCH, images.length - first);
      float[] pixels = new float[n * FashionMnist.PIXELS];
      for (int i = 0; i < n; i++) {
        System.arraycopy(
            images[first + i], 0, pixels, i * FashionMnist.PIXELS, FashionMnist.PIXELS);
      }
      try (NDManager scope = manager.newSubManager()) {
        NDArray batch = scope.create(pixels, new Shape(n, 1, FashionMnist.SIZE, FashionMnist.SIZE));
        NDArray found = features(batch);
        long[] best = classify(found).argMax(1).toLongArray();
        float[] flat = found.toFloatArray();
        for (int i = 0; i < n; i++) {
          classes[first + i] = (int) best[i];
          features[first + i] = Arrays.copyOfRange(flat, i * FEATURES, (i + 1) * FEATURES);
        }
      }
    }
    return new Judgement(features, classes);
  }

  /** Frees the kernels; the weights stay with the manager they were read under. */
  @Override
  public void close() {
    kernels.close();
    manager.close();
  }
}
