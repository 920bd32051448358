package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.classifier.ReferenceClassifier;
import io.harmonica.cli.compare.LabelledClassifier;
import io.harmonica.cli.emoji.BundledText;
import io.harmonica.cli.fashion.BundledClassifier;
import java.io.IOException;
import java.util.Optional;

/**
 * The classifier of a bundled model's images, where what they are to show is one of its classes.
 */
record BundledJudge(Optional<LabelledClassifier> classifier) implements AutoCloseable {

  static BundledJudge of(NDManager manager, ModelOptions models, SampleSetOptions.Asked asked)
      throws IOException {
    if (asked.labels().length == 0 || !(models.bundled() || models.bundledText())) {
      return new BundledJudge(Optional.empty());
    }
    ReferenceClassifier opened =
        models.bundled() ? BundledClassifier.open(manager) : BundledText.classifier(manager);
    return new BundledJudge(Optional.of(new LabelledClassifier(opened, asked.labels())));
  }

  @Override
  public void close() {
    classifier.ifPresent(labelled -> labelled.classifier().close());
  }
}
