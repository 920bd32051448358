package io.harmonica.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Checks where results go before hours are spent on making them. */
final class Outputs {
  private static final String SAFETENSORS = ".safetensors";
  private static final List<String> TORCH = List.of(".pt", ".pth");

  private Outputs() {}

  /** Makes sure that a file's name says what is to be written. */
  static void requireKnownFormat(Path file) {
    if (!file.toString().toLowerCase(Locale.ROOT).endsWith(SAFETENSORS) && !isTorch(file)) {
      throw new IllegalArgumentException(
          "%s is of no known format: end it in %s, %s"
              .formatted(file, SAFETENSORS, String.join(", ", TORCH)));
    }
  }

  /** Tells whether a file's name says that PyTorch is to read it. */
  static boolean isTorch(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    return TORCH.stream().anyMatch(name::endsWith);
  }

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

  /** Makes sure that there is room for images beside a file. */
  static void requireSpace(Path file, long images, long bytes) throws IOException {
    long free = Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace();
    if (free < bytes) {
      throw new IOException(
          "%d images take %.1f GB, but where %s is to go %.1f GB are free; choose another place"
              .formatted(images, bytes / 1e9, file, free / 1e9));
    }
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
