package io.harmonica.cli.selftest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * CUDA's runtime library, by which DJL counts GPUs. DJL asks the system for {@code libcudart.so}.
 * PyTorch brings that library, but under a longer name or in a folder of its own, where the system
 * does not look: without NVIDIA's toolkit DJL would count no GPU, even if PyTorch computes on one.
 */
final class CudaRuntime {
  /** Where JNA, by which DJL calls the library, looks first. */
  static final String FOLDER = "jna.library.path";

  static final String NAME = "libcudart.so";

  /** From the folder of PyTorch's libraries, as pip lays them out. */
  private static final Path OF_PIP = Path.of("..", "..", "nvidia", "cuda_runtime", "lib");

  private CudaRuntime() {}

  /**
   * Makes DJL find the runtime of a CUDA build, if it is there and nobody has chosen another. To be
   * called before anything asks for GPUs.
   *
   * @param folders of the build
   */
  static void show(List<Path> folders) {
    if (System.getProperty(FOLDER) != null) {
      return;
    }
    try {
      Optional<Path> found = find(folders);
      if (found.isPresent()) {
        Path folder = Files.createTempDirectory("harmonica-cuda");
        folder.toFile().deleteOnExit();
        Path link =
            Files.createSymbolicLink(
                folder.resolve(NAME), found.get().toAbsolutePath().normalize());
        link.toFile().deleteOnExit();
        System.setProperty(FOLDER, folder.toString());
      }
    } catch (IOException | UnsupportedOperationException e) {
      // DJL then looks for the system's own, and doctor tells if there is none.
    }
  }

  private static Optional<Path> find(List<Path> folders) throws IOException {
    for (Path folder : folders) {
      for (Path place : List.of(folder, folder.resolve(OF_PIP))) {
        if (Files.isDirectory(place)) {
          try (Stream<Path> files = Files.list(place)) {
            Optional<Path> found = files.filter(CudaRuntime::isRuntime).sorted().findFirst();
            if (found.isPresent()) {
              return found;
            }
          }
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isRuntime(Path file) {
    return file.getFileName().toString().matches("libcudart(-[0-9a-f]+)?\\.so(\\.\\d+)*");
  }
}
