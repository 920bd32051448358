package io.harmonica.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Runs a command in a process of its own, to be ended from outside. */
final class CliProcess {
  private CliProcess() {}

  /**
   * Starts a command.
   *
   * @param log where its output goes
   * @param args the command
   */
  static Process start(Path log, String... args) throws IOException {
    return start(log, Map.of(), List.of(), args);
  }

  /**
   * Runs a command to its end with one thread, as workers do: sums depend on the number of threads.
   *
   * @param log where its output goes
   * @param args the command
   */
  static void runWithOneThread(Path log, String... args) throws IOException, InterruptedException {
    Process process = start(log, Map.of("OMP_NUM_THREADS", "1"), List.of(), args);
    assertThat(process.waitFor(4, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(log)).isZero();
  }

  /**
   * Starts a command in surroundings of its own.
   *
   * @param log where its output goes
   * @param environment variables
   * @param options of the virtual machine
   * @param args the command
   */
  static Process start(
      Path log, Map<String, String> environment, List<String> options, String... args)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dai.djl.offline=true");
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add("io.harmonica.examples.Main");
    command.addAll(Arrays.asList(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return builder
        .directory(log.getParent().toFile())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  /** Waits for a process to come to a point, to end, or for three minutes. */
  static void await(Process process, BooleanSupplier point) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(3);
    while (!point.getAsBoolean() && process.isAlive() && System.nanoTime() < deadline) {
      Thread.sleep(2);
    }
  }
}
