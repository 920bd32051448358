package io.harmonica.cli.report;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes files that are there as a whole or not at all. */
final class AtomicFiles {

  private AtomicFiles() {}

  /**
   * Writes a temporary file beside the target and moves it there, so a reader, or a run that is cut
   * off, finds the old content or the new one. Creates the folder if it is missing.
   *
   * @param target the file to create or replace
   * @param content all of its bytes
   * @throws IOException if it can't be written; the target is untouched then
   */
  static void write(Path target, byte[] content) throws IOException {
    Path file = target.toAbsolutePath();
    Path folder = file.getParent();
    if (folder == null) {
      throw new IOException(target + " is not the path of a file");
    }
    Files.createDirectories(folder);
    // Files.createTempFile would make a file that only its owner can read.
    Path temporary = folder.resolve("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    try {
      Files.write(temporary, content, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      move(temporary, file);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING); // the best this file system has
    }
  }
}
