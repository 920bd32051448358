package io.harmonica.cli;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import io.harmonica.cli.compare.Machine;
import io.harmonica.cli.report.Fonts;
import io.harmonica.cli.sampling.RunnableDit;
import io.harmonica.files.LibraryVersion;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine.Command;

/** Says what there is to compute with, and what is missing. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = "Checks engine, devices and files, and says what is missing.")
final class DoctorCommand implements Callable<Integer> {

  /** A check that may fail in any way its subject likes. */
  private interface Check {
    String run() throws IOException;
  }

  @Override
  public Integer call() {
    report("harmonica", LibraryVersion::text, "");
    report(
        "java",
        () -> System.getProperty("java.version") + ", " + System.getProperty("java.vm.name"),
        "");
    report(
        "machine",
        () ->
            "%s, heap at most %d MiB"
                .formatted(Machine.text(), Runtime.getRuntime().maxMemory() >> 20),
        "");
    boolean engine =
        report(
            "engine",
            () -> {
              Engine found = Engine.getEngine("PyTorch");
              return found.getEngineName() + " " + found.getVersion();
            },
            "put pytorch-jni and a pytorch-native-cpu for this machine on the class path");
    boolean works =
        engine
            && report(
                "devices",
                () ->
                    Engine.getEngine("PyTorch").getGpuCount() == 0
                        ? "CPU (no GPU: that needs PYTORCH_LIBRARY_PATH, PYTORCH_VERSION and"
                            + " PYTORCH_FLAVOR of a CUDA build)"
                        : "CPU and " + Engine.getEngine("PyTorch").getGpuCount() + " GPUs",
                "")
            && report("bundled model", DoctorCommand::bundled, "build the examples anew");
    works &=
        report(
            "statistics",
            () ->
                "ND4J, "
                    + Nd4j.getBackend().getClass().getSimpleName()
                    + ", sum of three ones "
                    + Nd4j.ones(3).sumNumber(),
            "put nd4j-native for this machine on the class path");
    report(
        "fonts",
        () -> Fonts.available() ? "available" : "none: pictures go without text; " + Fonts.REMEDY,
        "");
    System.out.println(works ? "all is well" : "something is missing, see above");
    return works ? 0 : 2;
  }

  private static String bundled() throws IOException {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        RunnableDit dit = RunnableDit.bundled(manager)) {
      return "%d blocks of width %d, SHA-256 %s..."
          .formatted(
              dit.model().config().depth(),
              dit.model().config().hiddenSize(),
              dit.hash().substring(0, 12));
    }
  }

  // Missing natives surface as errors of class loading as well as exceptions.
  @SuppressWarnings("CatchAndPrintStackTrace")
  private static boolean report(String subject, Check check, String remedy) {
    try {
      System.out.printf("%-14s %s%n", subject, check.run());
      return true;
    } catch (IOException | RuntimeException | LinkageError e) {
      System.out.printf("%-14s MISSING: %s; %s%n", subject, e.getMessage(), remedy);
      return false;
    }
  }
}
