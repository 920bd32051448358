package io.harmonica.cli.fashion;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.classifier.ReferenceClassifier;
import java.io.IOException;

/** The classifier of Fashion-MNIST that the examples ship. */
public final class BundledClassifier {
  private static final String RESOURCE = "/io/harmonica/cli/fashion/classifier.safetensors";

  private BundledClassifier() {}

  /**
   * Reads it.
   *
   * @param manager owns the weights
   * @return the classifier; the caller closes it
   * @throws IOException if the resource is missing or damaged
   */
  public static ReferenceClassifier open(NDManager manager) throws IOException {
    return ReferenceClassifier.open(manager, RESOURCE);
  }
}
