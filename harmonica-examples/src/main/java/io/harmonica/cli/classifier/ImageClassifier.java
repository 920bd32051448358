package io.harmonica.cli.classifier;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.Matrices;
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
 * What generated images are measured with: a small convolutional classifier, trained on real
 * images. It says which class an image looks like, and its features in front of the last layer
 * measure distances between sets of images.
 */
public final class ImageClassifier implements AutoCloseable {
  /** Length of an image's feature vector. */
  public static final int FEATURES = 64;

  private static final int BATCH = 500;
  private static final String MEAN = "real.mean";
  private static final String COVARIANCE = "real.covariance";
  private static final String FIRST = "conv1.weight";
  private static final String HIDDEN = "hidden.weight";
  private static final String LAST = "classes.weight";
  private static final int FEW_MAPS = 24;
  private static final int MAPS = 48;

  /** The two poolings halve the sides. */
  private static final int POOLED = 4;

  private final NDManager manager;
  private final TorchKernels kernels;
  private final Map<String, NDArray> weights;

  ImageClassifier(NDManager parent, Map<String, NDArray> weights) {
    this.manager = parent.newSubManager();
    this.weights = weights;
    this.kernels =
        TorchKernels.compile(
            manager, ImageClassifier.class, "classifier.py", "ClassifierKernels", Map.of());
  }

  /**
   * Reads a classifier that training wrote.
   *
   * @param parent the manager under which it lives
   * @param source the open file
   * @return the classifier; the caller closes it
   * @throws IOException if a tensor is missing or cannot be read
   */
  public static ImageClassifier read(NDManager parent, TensorSource source) throws IOException {
    long channels = source.info(FIRST).shape().get(1);
    long side = Math.round(POOLED * Math.sqrt(source.info(HIDDEN).shape().get(1) / (double) MAPS));
    long classes = source.info(LAST).shape().get(0);
    Map<String, NDArray> weights = new LinkedHashMap<>();
    for (Map.Entry<String, Shape> tensor :
        shapes(new Shape(channels, side, side), classes).entrySet()) {
      if (!source.info(tensor.getKey()).shape().equals(tensor.getValue())) {
        throw new IOException(source.path() + " holds no classifier of ours");
      }
      weights.put(tensor.getKey(), source.read(tensor.getKey(), parent));
    }
    return new ImageClassifier(parent, weights);
  }

  /** The tensors for images [C, H, W]. */
  private static Map<String, Shape> shapes(Shape image, long classes) {
    long places = image.get(1) / POOLED * (image.get(2) / POOLED);
    Map<String, Shape> shapes = new LinkedHashMap<>();
    shapes.put(FIRST, new Shape(FEW_MAPS, image.get(0), 3, 3));
    shapes.put("conv1.bias", new Shape(FEW_MAPS));
    shapes.put("conv2.weight", new Shape(MAPS, FEW_MAPS, 3, 3));
    shapes.put("conv2.bias", new Shape(MAPS));
    shapes.put(HIDDEN, new Shape(FEATURES, MAPS * places));
    shapes.put("hidden.bias", new Shape(FEATURES));
    shapes.put(LAST, new Shape(classes, FEATURES));
    shapes.put("classes.bias", new Shape(classes));
    return shapes;
  }

  /**
   * Reads the features' statistics of the real images, which lie beside the weights.
   *
   * @param source the open file
   * @return mean and covariance over the real images
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

  static Map<String, NDArray> initialise(NDManager manager, Shape image, int classes, long seed) {
    Random random = Noise.random(seed, 0);
    Map<String, NDArray> weights = new LinkedHashMap<>();
    shapes(image, classes)
        .forEach(
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
    weights.forEach(
        (name, weight) ->
            writer.put(name, TensorType.F16, weight.getShape(), Matrices.values(weight)));
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

  /** Features [n, 64] of images [n, C, H, W]; gradients flow. */
  NDArray features(NDArray images) {
    return kernels.call(
        "features",
        images,
        weights.get(FIRST),
        weights.get("conv1.bias"),
        weights.get("conv2.weight"),
        weights.get("conv2.bias"),
        weights.get(HIDDEN),
        weights.get("hidden.bias"));
  }

  /** Log-probabilities [n, K] of features [n, 64]; gradients flow. */
  NDArray classify(NDArray features) {
    return kernels.call("classify", features, weights.get(LAST), weights.get("classes.bias"));
  }

  /**
   * What the classifier sees in a set of images.
   *
   * @param features one row of 64 numbers for each image
   * @param likelihoods one row for each image: the logarithm of each class's probability
   */
  @SuppressWarnings("ArrayRecordComponent") // a bare carrier between the network and the statistics
  public record Judgement(float[][] features, float[][] likelihoods) {

    /** {@return the class that each image looks like most} */
    public int[] classes() {
      return Arrays.stream(likelihoods).mapToInt(Judgement::largest).toArray();
    }

    private static int largest(float[] row) {
      int largest = 0;
      for (int i = 1; i < row.length; i++) {
        largest = row[i] > row[largest] ? i : largest;
      }
      return largest;
    }
  }

  /**
   * Judges images.
   *
   * @param images each C x H x W pixels in [-1, 1]
   * @return features and likelihoods
   */
  public Judgement judge(float[][] images) {
    float[][] features = new float[images.length][];
    float[][] likelihoods = new float[images.length][];
    long channels = weights.get(FIRST).getShape().get(1);
    for (int first = 0; first < images.length; first += BATCH) {
      int n = Math.min(BATCH, images.length - first);
      int size = images[first].length;
      float[] pixels = new float[n * size];
      for (int i = 0; i < n; i++) {
        System.arraycopy(images[first + i], 0, pixels, i * size, size);
      }
      long side = Math.round(Math.sqrt(size / (double) channels));
      try (NDManager scope = manager.newSubManager()) {
        NDArray found = features(scope.create(pixels, new Shape(n, channels, side, side)));
        rows(found.toFloatArray(), features, first, n);
        rows(classify(found).toFloatArray(), likelihoods, first, n);
      }
    }
    return new Judgement(features, likelihoods);
  }

  private static void rows(float[] flat, float[][] target, int first, int count) {
    int width = flat.length / count;
    for (int i = 0; i < count; i++) {
      target[first + i] = Arrays.copyOfRange(flat, i * width, (i + 1) * width);
    }
  }

  /** Frees the kernels; the weights stay with the manager they were read under. */
  @Override
  public void close() {
    kernels.close();
    manager.close();
  }
}
