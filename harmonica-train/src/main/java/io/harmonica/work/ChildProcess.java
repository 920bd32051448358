package io.harmonica.work;

import java.io.IOException;
import java.io.ObjectStreamException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that works for this one, from its start to its end. */
final class ChildProcess {
  /** Longer than the process itself waits for its running pass. */
  private static final long PATIENCE_SECONDS = 40;

  private final Process process;
  private final Frames frames;
  private final Opener<?> opener;
  private boolean told;

  private ChildProcess(Process process, Opener<?> opener) {
    this.process = process;
    this.opener = opener;
    this.frames = new Frames(process.getInputStream(), process.getOutputStream());
  }

  /** Starts a process on this one's class path, with its options and one thread for the engine. */
  static ChildProcess start(int number, String name, Opener<?> opener) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      // A debugger's or profiler's agent serves one process.
      if (!option.startsWith("-agent") && !option.startsWith("-javaagent")) {
        command.add(option);
      }
    }
    // The virtual machine's own warnings must not come between the answers.
    command.add("-XX:+DisplayVMOutputToStderr");
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(WorkerProcess.class.getName(), Integer.toString(number), name));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putIfAbsent("OMP_NUM_THREADS", "1");
    // Waiting threads that spin make a busy machine many times slower.
    builder.environment().putIfAbsent("OMP_WAIT_POLICY", "PASSIVE");
    return new ChildProcess(builder.start(), opener);
  }

  /**
   * Has a piece done.
   *
   * @throws IOException if the process died of it
   */
  @SuppressWarnings("unchecked") // the process answers what it was asked
  <R> Outcome<R> run(Piece<?, R> piece) throws IOException {
    try {
      if (!told) {
        frames.write(opener);
        told = true;
      }
      frames.write(piece);
      return (Outcome<R>) frames.read();
    } catch (ObjectStreamException e) {
      throw new IllegalStateException("a piece or its answer does not travel", e);
    }
  }

  /** Tells the process that nothing more comes. */
  void release() {
    try {
      process.getOutputStream().close();
    } catch (IOException e) {
      // It is gone already.
    }
  }

  /** Ends the process at once, whatever it is doing. */
  void kill() {
    process.destroyForcibly();
  }

  /** Waits for the end of a process that has been released. */
  int await() throws InterruptedException {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
      return process.waitFor();
    } finally {
      process.destroyForcibly();
    }
  }
}
