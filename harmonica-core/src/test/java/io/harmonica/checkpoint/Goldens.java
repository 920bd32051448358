package io.harmonica.checkpoint;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** The reference files that the public Python code wrote. */
public final class Goldens {

  private Goldens() {}

  /** A file of the reference data. */
  public static Path path(String file) {
    return resource("/goldens/" + file);
  }

  /** Any other file among the test resources. */
  public static Path resource(String name) {
    try {
      return Path.of(Goldens.class.getResource(name).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
