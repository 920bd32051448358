package io.harmonica.cli.work;

import io.harmonica.cli.selftest.EngineVariables;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.work.Opener;
import io.harmonica.work.Place;
import java.io.IOException;

/**
 * Opens the model of a worker, and refuses one that differs from the driver's.
 *
 * @param spec which model
 * @param sha256 hash of the driver's weights
 * @param autoencoderSha256 hash of the driver's autoencoder, empty without one
 * @param devices where it may compute
 */
public record ModelOpener(ModelSpec spec, String sha256, String autoencoderSha256, Devices devices)
    implements Opener<OpenModel> {

  /**
   * Makes workers open what the driver has open.
   *
   * @param spec which model
   * @param open the driver's
   * @param devices where it may compute
   * @return the opener
   */
  public static ModelOpener of(ModelSpec spec, DiffusionPipeline open, Devices devices) {
    return new ModelOpener(spec, open.model().hash(), open.decoder().hash(), devices);
  }

  @Override
  public OpenModel open(Place place) throws IOException {
    System.setProperty("OPT_OUT_TRACKING", "true");
    EngineVariables.ofProcess().prepare();
    DiffusionPipeline pipeline = spec.open(spec.options(devices.of(place)));
    try {
      requireSame(spec.model(), pipeline.model().hash(), sha256);
      requireSame(spec.autoencoder(), pipeline.decoder().hash(), autoencoderSha256);
      return new OpenModel(pipeline);
    } catch (IllegalArgumentException e) {
      pipeline.close();
      throw e;
    }
  }

  private static void requireSame(String path, String found, String expected) {
    if (!found.equals(expected)) {
      throw new IllegalArgumentException(
          "%s has the SHA-256 %s here, the driver's has %s; give every worker the same file"
              .formatted(path, found, expected));
    }
  }
}
