package io.harmonica.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/** Checks what is to be read before anything else is, and before its absence is misread. */
final class Inputs {
  private Inputs() {}

  /** Makes sure that an option's file or folder is there, if the option is given. */
  static void requireThere(String option, Path path, String expected) {
    if (path != null && Files.notExists(path)) {
      throw new IllegalArgumentException(
          "%s is %s, but there is no such file or folder; give %s"
              .formatted(option, path, expected));
    }
  }

  /** Makes sure that an autoencoder is there, if one is given. */
  static void requireAutoencoder(Path vae) {
    requireThere("--vae", vae, "the folder or file of the autoencoder's weights");
  }
}
