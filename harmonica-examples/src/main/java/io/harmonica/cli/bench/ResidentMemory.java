package io.harmonica.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This process's resident memory, as Linux counts it. */
final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");

  private ResidentMemory() {}

  static boolean known() {
    return Files.isReadable(STATUS);
  }

  /** Bytes now. */
  static long now() throws IOException {
    return read("VmRSS:");
  }

  /** The most bytes since {@link #forgetPeak}. */
  static long peak() throws IOException {
    return read("VmHWM:");
  }

  /** Starts a new peak at what is resident now. */
  static void forgetPeak() throws IOException {
    Files.writeString(CLEAR, "5");
  }

  private static long read(String field) throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(field)) {
        return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
      }
    }
    throw new IOException(STATUS + " has no " + field);
  }
}
