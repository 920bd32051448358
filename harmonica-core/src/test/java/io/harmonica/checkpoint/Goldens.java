package io.harmonica.checkpoint;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** The reference files that the public Python code wrote. */
final class Goldens {

  private Goldens() {}

  static Path path(String file) {
    try {
      return Path.of(Goldens.class.getResource("/goldens/dit-tiny/" + file).toURI());
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
