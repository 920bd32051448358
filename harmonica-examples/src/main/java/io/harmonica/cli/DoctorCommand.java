package io.harmonica.cli;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import io.harmonica.cli.compare.Machine;
import io.harmonica.cli.fashion.BundledDit;
import io.harmonica.cli.report.Fonts;
import io.harmonica.cli.selftest.CheckResult;
import io.harmonica.cli.selftest.EngineVariables;
import io.harmonica.cli.selftest.GpuCase;
import io.harmonica.cli.selftest.SelfTest;
import io.harmonica.cli.selftest.SelfTestReport;
import io.harmonica.cli.work.Devices;
import io.harmonica.dit.RunnableDit;
import io.harmonica.files.LibraryVersion;
import io.harmonica.kernel.Precision;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.nd4j.linalg.factory.Nd4j;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says what there is to compute with, and what is missing. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    description = "Checks engine, devices and files, and says what is missing.")
final class DoctorCommand implements Callable<Integer> {

  @Option(
      names = "--self-test",
      description = "compute on the device and compare with the processor, about a minute")
  private boolean selfTest;

  @Mixin private DeviceOption device;

  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "write the self-test's results there too")
  private Path json;

  /** A check that may fail in any way its subject likes. */
  private interface Check {
    String run() throws IOException;
  }

  @Override
  public Integer call() throws IOException {
    if (json != null && !selfTest) {
      throw new IllegalArgumentException(
          "--json is given without --self-test, whose results it is for");
    }
    if (json != null) {
      Outputs.requireFolderOf(json);
    }
    EngineVariables variables = EngineVariables.ofProcess().prepare();
    boolean works = look(variables);
    if (!works) {
      System.out.println("something is missing, see above");
      return 2;
    }
    if (selfTest) {
      return test();
    }
    System.out.println("all is well");
    return 0;
  }

  private int test() throws IOException {
    try (NDManager manager = device.open()) {
      List<CheckResult> results =
          SelfTest.run(manager, result -> System.out.println(SelfTestReport.line(result)));
      if (json != null) {
        SelfTestReport.write(json, Machine.facts(manager.getDevice()), results);
      }
      long failed = results.stream().filter(result -> !result.passed()).count();
      System.out.println(
          failed == 0
              ? "self-test passed on " + manager.getDevice()
              : failed + " of " + results.size() + " checks failed on " + manager.getDevice());
      return failed == 0 ? 0 : 1;
    }
  }

  private boolean look(EngineVariables variables) {
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
            "put pytorch-jni and a pytorch-native-cpu for this machine on the class path, or set PYTORCH_LIBRARY_PATH");
    boolean works =
        engine
            && report("devices", () -> devices(variables), "")
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
    return works;
  }

  private String devices(EngineVariables variables) {
    // Refuses one that is not there.
    device.devices().names().forEach(Devices::device);
    int gpus = Engine.getEngine("PyTorch").getGpuCount();
    GpuCase now = GpuCase.of(variables);
    String where = gpus == 0 ? "CPU" : "CPU and " + gpus + " GPUs";
    String next = now.next().isEmpty() ? "" : "%n%14s next: %s".formatted("", now.next());
    return where + "; " + now.text() + next;
  }

  private static String bundled() throws IOException {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        RunnableDit dit = BundledDit.open(manager, Precision.FLOAT32)) {
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
