package io.harmonica.cli;

import io.harmonica.files.LibraryVersion;
import picocli.CommandLine.IVersionProvider;

/** The version that goes into every artifact. */
final class VersionText implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {"harmonica " + LibraryVersion.text()};
  }
}
