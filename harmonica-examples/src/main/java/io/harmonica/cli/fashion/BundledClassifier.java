package io.harmonica.cli.fashion;

import ai.djl.ndarray.NDManager;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.eval.FeatureStatistics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * The classifier that the examples ship.
 *
 * @param classifier a classifier of Fashion-MNIST
 * @param real the real test images' statistics in its features
 */
public record BundledClassifier(FashionClassifier classifier, FeatureStatistics real)
    implements AutoCloseable {
  private static final String RESOURCE = "/io/harmonica/cli/fashion/classifier.safetensors";

  /**
   * Reads it.
   *
   * @param manager owns the weights
   * @return the classifier; the caller closes it
   * @throws IOException if the resource is missing or damaged
   */
  public static BundledClassifier open(NDManager manager) throws IOException {
    try (InputStream in = BundledClassifier.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IOException(
            "the bundled classifier is not on the class path; build the examples anew");
      }
      try (SafetensorsFile source =
          SafetensorsFile.of("bundled classifier", ByteBuffer.wrap(in.readAllBytes()))) {
        return new BundledClassifier(
            FashionClassifier.read(manager, source), FashionClassifier.realStatistics(source));
      }
    }
  }

  @Override
  public void close() {
    classifier.close();
  }
}
