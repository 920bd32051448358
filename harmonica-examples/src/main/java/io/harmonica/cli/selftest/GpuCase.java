package io.harmonica.cli.selftest;

import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Which of the cases this machine is in, as to computing on a GPU. */
public enum GpuCase {
  /** The engine computes on a GPU. */
  READY("the engine sees a GPU", "java -jar harmonica.jar doctor --self-test --device gpu"),

  /** Nothing to compute on but the processor. */
  NO_GPU("no NVIDIA driver is here, so the processor computes", ""),

  /** The CPU build on the class path keeps DJL from fetching the CUDA build. */
  CPU_BUILD(
      "a GPU is here, but this program carries the CPU build of PyTorch",
      "./mvnw package -DskipTests -P gpu    (or take the program's archive for GPUs)"),

  /** No build at all, and no way to fetch one. */
  OFFLINE(
      "a GPU is here, but no CUDA build of PyTorch, and ai.djl.offline forbids to fetch it",
      GpuCase.EXPORTS),

  /** The CPU build was named. */
  CPU_FOLDER("a GPU is here, but PYTORCH_LIBRARY_PATH holds a CPU build", GpuCase.EXPORTS),

  /** PyTorch sees a GPU, and DJL cannot count it. */
  UNCOUNTED(
      "PyTorch sees a GPU, but DJL finds no CUDA runtime to count GPUs with",
      "the same again, if the CUDA build was just fetched; else export"
          + " JAVA_TOOL_OPTIONS=-Djna.library.path=FOLDER    (of a libcudart.so; on Windows"
          + " cudart64_12.dll has to be on the PATH)"),

  /** A CUDA build is in use, and yet it sees no GPU. */
  BLIND(
      "a GPU and a CUDA build are here, but the engine sees no GPU",
      "nvidia-smi    (its driver has to be new enough for CUDA 12.8; CUDA_VISIBLE_DEVICES may"
          + " hide GPUs)");

  private static final String EXPORTS =
      "export PYTORCH_LIBRARY_PATH=/opt/libtorch/lib PYTORCH_VERSION=2.7.1 PYTORCH_FLAVOR=cu128";

  private final String text;
  private final String next;

  GpuCase(String text, String next) {
    this.text = text;
    this.next = next;
  }

  /**
   * What is known of a machine.
   *
   * @param gpus GPUs that DJL counts
   * @param cuda whether PyTorch itself sees a GPU
   * @param driver whether NVIDIA's driver is here
   * @param bundled whether the CPU build is on the class path
   * @param offline whether DJL may not fetch anything
   * @param variables the engine's variables, completed
   */
  record Facts(
      int gpus,
      boolean cuda,
      boolean driver,
      boolean bundled,
      boolean offline,
      EngineVariables variables) {}

  /**
   * Looks at this machine; starts the engine.
   *
   * @param variables the engine's variables, completed
   * @return its case
   */
  public static GpuCase of(EngineVariables variables) {
    return of(
        new Facts(
            Engine.getEngine("PyTorch").getGpuCount(),
            Engine.getEngine("PyTorch").hasCapability(StandardCapabilities.CUDA),
            hasDriver(),
            bundled(),
            Boolean.getBoolean("ai.djl.offline"),
            variables));
  }

  static GpuCase of(Facts facts) {
    if (facts.gpus() > 0) {
      return READY;
    }
    if (facts.cuda()) {
      return UNCOUNTED;
    }
    if (!facts.driver()) {
      return NO_GPU;
    }
    if (!facts.variables().libraryPath().isEmpty()) {
      return "cpu".equals(facts.variables().flavour()) ? CPU_FOLDER : BLIND;
    }
    if (facts.bundled()) {
      return CPU_BUILD;
    }
    return facts.offline() ? OFFLINE : BLIND;
  }

  /** {@return what is the case, in one sentence} */
  public String text() {
    return text;
  }

  /** {@return the command to type next, or nothing if there is nothing to do} */
  public String next() {
    return next;
  }

  /** Tells whether DJL may fetch the CUDA build, and there is something to run it on. */
  static boolean couldFetchCuda() {
    String processor = System.getProperty("os.arch");
    return hasDriver() && !bundled() && (processor.equals("amd64") || processor.equals("x86_64"));
  }

  private static boolean hasDriver() {
    return Stream.of("/proc/driver/nvidia/version", "/dev/nvidiactl", "/dev/dxg")
            .anyMatch(path -> Files.exists(Path.of(path)))
        || Files.exists(
            Path.of(System.getenv().getOrDefault("SystemRoot", "/"), "System32", "nvcuda.dll"));
  }

  private static boolean bundled() {
    return Engine.class.getClassLoader().getResource("native/lib/pytorch.properties") != null;
  }
}
