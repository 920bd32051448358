package io.harmonica.inception;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.Checkpoints;
import io.harmonica.checkpoint.tensor.TensorSource;
import io.harmonica.kernel.Layer;
import io.harmonica.model.ImagePixels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * The InceptionV3 that FID is defined by: the network of Szegedy et al., <i>Rethinking the
 * Inception Architecture for Computer Vision</i> (2015), as TensorFlow's graph of 5 December 2015
 * computes it. It differs from the network that image libraries ship: mean pooling leaves padding
 * out, the last block pools by the maximum, there are 1008 classes, and images are resized to 299 x
 * 299 by TensorFlow 1's bilinear rule.
 *
 * <pre>{@code
 * try (InceptionV3 network = InceptionV3.open(Path.of("inception.safetensors"), manager);
 *     InceptionFeatures features = network.features(pixels)) {
 *   float[] pooled = features.pooled().toFloatArray();
 * }
 * }</pre>
 *
 * <p>One network serves several threads.
 */
public final class InceptionV3 implements AutoCloseable {
  /** The length of a pooled feature vector. */
  public static final int POOLED = InceptionBlocks.POOLED;

  /** The length of a spatial feature vector. */
  public static final int SPATIAL = 7 * 17 * 17;

  /** The number of classes. */
  public static final int CLASSES = InceptionBlocks.CLASSES;

  private static final String SPATIAL_BLOCK = "Mixed_6d";

  private final NDManager manager;
  private final InceptionNetwork network;
  private final Layer classes;

  private InceptionV3(NDManager manager, Map<String, Layer> layers, Layer classes) {
    this.manager = manager;
    this.network = new InceptionNetwork(manager, layers);
    this.classes = classes;
  }

  /**
   * Reads a network.
   *
   * @param weights a PyTorch or safetensors file, or a folder with one, with the names of the
   *     public {@code pt_inception-2015-12-05-6726825d.pth}
   * @param parent the manager under which the weights are kept, until either is closed
   * @return the network, which the caller closes
   * @throws IOException if the file is missing, damaged or cannot be read
   * @throws IllegalArgumentException if tensors are missing, superfluous or of another shape; the
   *     message names them
   */
  public static InceptionV3 open(Path weights, NDManager parent) throws IOException {
    try (TensorSource source = Checkpoints.open(weights)) {
      return load(parent, source);
    }
  }

  /**
   * Reads a network from an open checkpoint.
   *
   * @param parent the manager under which the weights are kept, until either is closed
   * @param source the checkpoint; may be closed afterwards
   * @return the network, which the caller closes
   * @throws IOException if the checkpoint cannot be read
   * @throws IllegalArgumentException if tensors are missing, superfluous or of another shape; the
   *     message names them
   */
  public static InceptionV3 load(NDManager parent, TensorSource source) throws IOException {
    NDManager manager = parent.newSubManager();
    try {
      Map<String, Layer> layers = InceptionWeights.load(manager, source);
      Layer classes =
          new Layer(
              manager.create(source.readFloats("fc.weight"), new Shape(CLASSES, POOLED)),
              manager.create(source.readFloats("fc.bias")));
      return new InceptionV3(manager, layers, classes);
    } catch (Throwable e) {
      manager.close();
      throw e;
    }
  }

  /**
   * Computes the features of images.
   *
   * @param pixels UINT8, [n, H, W, 3], red, green and blue from 0 to 255; left open
   * @return their features, owned by the pixels' manager; the caller closes them
   * @throws IllegalArgumentException if the pixels are of another type or shape
   */
  public InceptionFeatures features(NDArray pixels) {
    ImagePixels.require(pixels);
    try (NDManager scope = pixels.getManager().newSubManager()) {
      NDArray[] spatial = new NDArray[1];
      NDArray resized = network.resize(pixels);
      resized.attach(scope);
      NDArray last =
          network.forward(
              resized,
              (block, out) -> {
                if (block.name().equals(SPATIAL_BLOCK)) {
                  spatial[0] = network.call("places", out);
                }
              });
      NDArray pooled = network.call("pool", last);
      NDArray logits = network.call("score", pooled, classes.weight());
      InceptionFeatures features =
          new InceptionFeatures(pooled, spatial[0], logits, logits.add(classes.bias()));
      attach(features, pixels.getManager());
      return features;
    }
  }

  private static void attach(InceptionFeatures features, NDManager owner) {
    features.pooled().attach(owner);
    features.spatial().attach(owner);
    features.logits().attach(owner);
    features.biasedLogits().attach(owner);
  }

  /** The network itself, for tests of what lies between. */
  InceptionNetwork network() {
    return network;
  }

  /** Frees the weights. */
  @Override
  public void close() {
    network.close();
    manager.close();
  }
}
