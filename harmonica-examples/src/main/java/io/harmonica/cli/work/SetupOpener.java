package io.harmonica.cli.work;

import io.harmonica.work.Opener;
import io.harmonica.work.Place;
import java.io.IOException;

/**
 * Opens the model of a worker that trains or searches, and describes the run.
 *
 * @param model opens the model
 * @param sampling the run
 */
public record SetupOpener(ModelOpener model, SamplingSpec sampling) implements Opener<OpenSetup> {
  @Override
  public OpenSetup open(Place place) throws IOException {
    OpenModel open = model.open(place);
    try {
      return new OpenSetup(open, sampling.setup(open.pipeline()));
    } catch (Throwable e) {
      open.close();
      throw e;
    }
  }
}
