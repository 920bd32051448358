package io.harmonica.cli.selftest;

import ai.djl.util.Utils;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * The variables by which DJL is told where PyTorch's native libraries lie. DJL reads each from the
 * environment, else from the system property of the same name.
 *
 * @param libraryPath folders of a PyTorch build, or empty
 * @param version that build's version, or empty for the one DJL was made for
 * @param flavour {@code cpu} or {@code cu128}, or empty
 */
public record EngineVariables(String libraryPath, String version, String flavour) {
  /** The variable that names the folder of a PyTorch build. */
  public static final String LIBRARY_PATH = "PYTORCH_LIBRARY_PATH";

  /** The variable that names that build's version. */
  public static final String VERSION = "PYTORCH_VERSION";

  /** The variable that names the processor it was made for. */
  public static final String FLAVOUR = "PYTORCH_FLAVOR";

  /** What DJL's glue of this version is built for. */
  static final String ENGINE_VERSION = "2.7.1";

  /** The one CUDA flavour of that glue. */
  static final String CUDA_FLAVOUR = "cu128";

  /** DJL's name for builds before the C++11 ABI. Its glue for them ended with PyTorch 2.6. */
  private static final String OLD_ABI = "-precxx11";

  private static final String OLD_ABI_SWITCH = "PYTORCH_PRECXX11";

  /** {@return the variables of this process} */
  public static EngineVariables ofProcess() {
    return of(System.getenv());
  }

  static EngineVariables of(Map<String, String> environment) {
    UnaryOperator<String> value =
        name -> environment.getOrDefault(name, System.getProperty(name, "")).strip();
    if (Boolean.parseBoolean(value.apply(OLD_ABI_SWITCH))) {
      throw refusal(OLD_ABI_SWITCH + "=true");
    }
    return new EngineVariables(
        value.apply(LIBRARY_PATH), value.apply(VERSION), value.apply(FLAVOUR));
  }

  /**
   * Makes them complete before the engine starts. With a folder and no flavour DJL looks for glue
   * of a {@code -precxx11} flavour that does not exist for this version, so the flavour is taken
   * from what lies in the folder. With neither a folder nor a build on the class path DJL fetches
   * the CPU build unless it finds a new enough CUDA runtime; a driver is enough, so the CUDA build
   * is asked for. DJL is then shown the {@linkplain CudaRuntime runtime} of the CUDA build.
   *
   * @return the variables as the engine will see them
   * @throws IllegalArgumentException if a {@code -precxx11} flavour, a version without glue or a
   *     folder without PyTorch is asked for
   */
  public EngineVariables prepare() {
    if (flavour.toLowerCase(Locale.ROOT).endsWith(OLD_ABI)) {
      throw refusal(FLAVOUR + "=" + flavour);
    }
    if (!version.isEmpty() && !version.equals(ENGINE_VERSION)) {
      throw new IllegalArgumentException(
          "%s is %s, but this program's glue is for PyTorch %s; point %s to that version"
              .formatted(VERSION, version, ENGINE_VERSION, LIBRARY_PATH));
    }
    EngineVariables complete = flavour.isEmpty() ? withFlavour() : this;
    if (complete.flavour().equals(CUDA_FLAVOUR)) {
      CudaRuntime.show(folders());
    }
    return complete;
  }

  private EngineVariables withFlavour() {
    if (libraryPath.isEmpty() && !GpuCase.couldFetchCuda()) {
      return this;
    }
    String found =
        libraryPath.isEmpty()
            ? CUDA_FLAVOUR
            : flavourOf(libraryPath)
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "%s is %s, where no torch library lies; give the lib folder of a PyTorch %s"
                                .formatted(LIBRARY_PATH, libraryPath, ENGINE_VERSION)));
    System.setProperty(FLAVOUR, found);
    return new EngineVariables(libraryPath, version, found);
  }

  /** Where the build lies: the given folders, or the one that DJL fetches it to. */
  private List<Path> folders() {
    return libraryPath.isEmpty()
        ? List.of(
            Utils.getEngineCacheDir("pytorch")
                .resolve(ENGINE_VERSION + "-" + CUDA_FLAVOUR + "-linux-x86_64"))
        : split(libraryPath).toList();
  }

  private static Stream<Path> split(String folders) {
    return Stream.of(folders.split(File.pathSeparator))
        .map(Path::of)
        .map(path -> Files.isRegularFile(path) ? path.toAbsolutePath().getParent() : path);
  }

  private static IllegalArgumentException refusal(String setting) {
    return new IllegalArgumentException(
        "%s asks for a %s build, which PyTorch %s does not have; set %s to cpu or %s, without %s"
            .formatted(setting, OLD_ABI, ENGINE_VERSION, FLAVOUR, CUDA_FLAVOUR, OLD_ABI));
  }

  /** Tells by its libraries which processor a build is for; nothing if there is none. */
  static Optional<String> flavourOf(String folders) {
    return split(folders)
        .filter(folder -> Files.exists(folder.resolve(System.mapLibraryName("torch"))))
        .map(
            folder ->
                Files.exists(folder.resolve(System.mapLibraryName("torch_cuda")))
                    ? CUDA_FLAVOUR
                    : "cpu")
        .findFirst();
  }
}
