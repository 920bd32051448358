package io.harmonica.cli;

import io.harmonica.train.TrainableRouter;
import picocli.CommandLine.IVersionProvider;

/** The version that goes into every artifact. */
final class LibraryVersion implements IVersionProvider {

  static String text() {
    String version = TrainableRouter.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {"harmonica " + text()};
  }
}
