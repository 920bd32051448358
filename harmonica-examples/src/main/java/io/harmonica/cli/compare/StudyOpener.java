package io.harmonica.cli.compare;

import io.harmonica.cli.classifier.ReferenceClassifier;
import io.harmonica.cli.fashion.BundledClassifier;
import io.harmonica.cli.work.ModelOpener;
import io.harmonica.cli.work.OpenModel;
import io.harmonica.cli.work.SamplingSpec;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.work.Opener;
import io.harmonica.work.Place;
import java.io.IOException;
import java.util.Optional;

/**
 * Opens the model of a worker that compares.
 *
 * @param model opens the model
 * @param sampling the run
 * @param labels the class of each sample
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier, never compared
public record StudyOpener(ModelOpener model, SamplingSpec sampling, int[] labels)
    implements Opener<OpenStudy> {
  @Override
  public OpenStudy open(Place place) throws IOException {
    OpenModel open = model.open(place);
    try {
      return study(open.pipeline());
    } catch (Throwable e) {
      open.close();
      throw e;
    }
  }

  private OpenStudy study(DiffusionPipeline pipeline) throws IOException {
    Optional<LabelledClassifier> judge = Optional.empty();
    if (model.spec().bundled()) {
      ReferenceClassifier classifier = BundledClassifier.open(pipeline.manager());
      judge = Optional.of(new LabelledClassifier(classifier, labels));
    }
    return new OpenStudy(
        new ImageComparison(
            pipeline, sampling.setup(pipeline), pipeline.model().labels(labels), judge));
  }
}
