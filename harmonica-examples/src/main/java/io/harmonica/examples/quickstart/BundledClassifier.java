package io.harmonica.examples.quickstart;

import ai.djl.ndarray.NDManager;
import io.harmonica.checkpoint.SafetensorsFile;
import io.harmonica.eval.FeatureStatistics;
import io.harmonica.examples.fashion.FashionClassifier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** The bundled classifier with the real images' statistics. */
record BundledClassifier(FashionClassifier classifier, FeatureStatistics real)
    implements AutoCloseable {
  private static final String RESOURCE = "/io/harmonica/examples/fashion/classifier.safetensors";

  static BundledClassifier open(NDManager manager) throws IOException {
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
