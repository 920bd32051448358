package io.harmonica.cli.classifier;

import ai.djl.ndarray.NDManager;
import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.eval.FeatureStatistics;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/**
 * A classifier with what it sees in real images.
 *
 * @param classifier the classifier
 * @param real the real images' statistics in its features
 */
public record ReferenceClassifier(ImageClassifier classifier, FeatureStatistics real)
    implements AutoCloseable {

  /**
   * Reads one that the examples ship.
   *
   * @param manager owns the weights
   * @param resource where on the class path
   * @return the classifier; the caller closes it
   * @throws IOException if the resource is missing or damaged
   */
  public static ReferenceClassifier open(NDManager manager, String resource) throws IOException {
    try (InputStream in = ReferenceClassifier.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException(
            "the bundled classifier is not on the class path; build the examples anew");
      }
      try (SafetensorsFile source =
          SafetensorsFile.of("bundled classifier", ByteBuffer.wrap(in.readAllBytes()))) {
        return new ReferenceClassifier(
            ImageClassifier.read(manager, source), ImageClassifier.realStatistics(source));
      }
    }
  }

  @Override
  public void close() {
    classifier.close();
  }
}
