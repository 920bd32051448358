package io.harmonica.cli.compare;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.classifier.ReferenceClassifier;
import io.harmonica.cli.emoji.BundledText;
import io.harmonica.cli.fashion.BundledClassifier;
import io.harmonica.cli.work.ModelSpec;
import java.io.IOException;
import java.util.Optional;

/**
 * The classifier of a bundled model's images, where what they are to show is one of its classes.
 *
 * @param classifier the classifier and what each sample is to show
 */
public record BundledJudge(Optional<LabelledClassifier> classifier) implements AutoCloseable {

  /**
   * Opens it.
   *
   * @param manager its device computes
   * @param model the model
   * @param labels the class of each sample; empty if they have none
   * @return the classifier, which the caller closes; none for models that are not bundled
   * @throws IOException if the resource is missing or damaged
   */
  public static BundledJudge of(NDManager manager, ModelSpec model, int[] labels)
      throws IOException {
    if (labels.length == 0 || !(model.bundled() || model.bundledText())) {
      return new BundledJudge(Optional.empty());
    }
    ReferenceClassifier opened =
        model.bundled() ? BundledClassifier.open(manager) : BundledText.classifier(manager);
    return new BundledJudge(Optional.of(new LabelledClassifier(opened, labels)));
  }

  @Override
  public void close() {
    classifier.ifPresent(labelled -> labelled.classifier().close());
  }
}
