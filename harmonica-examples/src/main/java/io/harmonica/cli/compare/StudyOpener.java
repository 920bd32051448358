package io.harmonica.cli.compare;

import io.harmonica.cli.work.ModelOpener;
import io.harmonica.cli.work.OpenModel;
import io.harmonica.cli.work.SamplingSpec;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.work.Opener;
import io.harmonica.work.Place;
import java.io.IOException;

/**
 * Opens the model of a worker that compares.
 *
 * @param model opens the model
 * @param sampling the run
 * @param samples how many there are, of classes or of the prompts in turn
 * @param labels the class of each sample; empty if a model of words is asked for what has none
 */
@SuppressWarnings("ArrayRecordComponent") // a bare carrier, never compared
public record StudyOpener(ModelOpener model, SamplingSpec sampling, int samples, int[] labels)
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
    boolean words = pipeline.model().classes().isEmpty();
    return new OpenStudy(
        new ImageComparison(
            pipeline,
            sampling.setup(pipeline),
            words ? pipeline.model().inTurn(samples) : pipeline.model().labels(labels),
            BundledJudge.of(pipeline.manager(), model.spec(), labels).classifier()));
  }
}
