package io.harmonica.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Java processes of our own, for what only a fresh one shows. */
final class ChildJvm {
  private ChildJvm() {}

  /**
   * Starts a process on this one's class path.
   *
   * @param options options of the virtual machine
   * @param main name of the main class
   * @param arguments its arguments
   * @param log receives what it prints, errors included
   * @return the running process
   * @throws IOException if it cannot be started
   */
  static Process start(List<String> options, String main, List<String> arguments, Path log)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of(
            "-DOPT_OUT_TRACKING=true",
            "-Djava.awt.headless=true",
            "-cp",
            System.getProperty("java.class.path"),
            main));
    command.addAll(arguments);
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }

  /**
   * Waits for the end of a process.
   *
   * @param process the process
   * @param log what it printed
   * @return the lines it printed
   * @throws IOException if it failed, or was interrupted
   */
  static List<String> finish(Process process, Path log) throws IOException {
    try {
      int status = process.waitFor();
      List<String> lines = Files.readAllLines(log);
      if (status != 0) {
        throw new IOException(
            "a process of the benchmark ended with status "
                + status
                + ": "
                + (lines.isEmpty() ? "no output" : lines.get(lines.size() - 1)));
      }
      return lines;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a process of the benchmark ran", e);
    } finally {
      process.destroy();
    }
  }
}
