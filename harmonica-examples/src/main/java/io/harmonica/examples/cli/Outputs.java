package io.harmonica.examples.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Checks where results go before hours are spent on making them. */
final class Outputs {
  private Outputs() {}

  /** Makes sure that a file can be put where it is wanted. */
  static void requireFolderOf(Path file) throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    if (folder == null || !Files.isDirectory(folder)) {
      throw new IOException(file + " has no folder to go to: create " + folder + " first");
    }
    if (Files.isDirectory(file)) {
      throw new IOException(file + " is a folder; name a file in it");
    }
    requireWritable(folder);
  }

  /** Makes sure that a folder is there and takes files. */
  static void prepareFolder(Path folder) throws IOException {
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new IOException(folder + " is a file, not a folder; choose another --out");
    }
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new IOException(folder + " cannot be created; choose another --out", e);
    }
    requireWritable(folder);
  }

  private static void requireWritable(Path folder) throws IOException {
    // Trying says more than permissions do: read-only mounts, quotas, a superuser.
    try {
      Files.delete(Files.createTempFile(folder, ".harmonica", null));
    } catch (IOException e) {
      throw new IOException(folder + " is not writable; choose another place", e);
    }
  }
}
