package io.harmonica.cli.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.numpy.NpyMatrixWriter;
import io.harmonica.inception.InceptionFeatures;
import io.harmonica.inception.InceptionV3;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the features of images that come some at a time. */
final class FeatureExtraction implements Closeable {
  private final NDManager manager;
  private final InceptionV3 network;
  private final Path folder;
  private final int count;
  private final NpyMatrixWriter pooled;
  private final NpyMatrixWriter spatial;
  private final NpyMatrixWriter logits;
  private int done;

  FeatureExtraction(NDManager manager, InceptionV3 network, Path folder, int count)
      throws IOException {
    this.manager = manager;
    this.network = network;
    this.folder = folder;
    this.count = count;
    Files.createDirectory(folder);
    this.pooled = new NpyMatrixWriter(folder.resolve(FeatureSet.POOLED), count, InceptionV3.POOLED);
    this.spatial =
        new NpyMatrixWriter(folder.resolve(FeatureSet.SPATIAL), count, InceptionV3.SPATIAL);
    this.logits =
        new NpyMatrixWriter(folder.resolve(FeatureSet.LOGITS), count, InceptionV3.CLASSES);
  }

  /** Adds images, [images, height, width, 3]. */
  void add(byte[] pixels, int images, int height, int width) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(pixels, 0, 3 * images * height * width);
    try (NDManager scope = manager.newSubManager()) {
      NDArray array =
          scope.create(bytes.slice(), new Shape(images, height, width, 3), DataType.UINT8);
      try (InceptionFeatures features = network.features(array)) {
        pooled.add(finite(features.pooled()));
        spatial.add(finite(features.spatial()));
        logits.add(finite(features.logits()));
      }
    }
    done += images;
  }

  private float[] finite(NDArray array) {
    float[] values = array.toFloatArray();
    int each = values.length / Math.toIntExact(array.getShape().get(0));
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "the network makes %s of image %d; its weights are damaged"
                .formatted(values[i], done + i / each));
      }
    }
    return values;
  }

  /** How many images were added. */
  int done() {
    return done;
  }

  /** Closes the files when all images are there. */
  void finish() throws IOException {
    close();
    if (done != count) {
      throw new IllegalStateException(done + " of " + count + " images in " + folder);
    }
  }

  @Override
  public void close() throws IOException {
    try (pooled;
        spatial;
        logits) {
      // All are closed, whatever one of them says.
    }
  }
}
