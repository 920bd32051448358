package io.harmonica.hostile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What Jazzer calls with each input; the property {@code fuzz.format} says who gets it. */
public final class FuzzTarget {
  private static HostileFormat format;
  private static Path file;

  private FuzzTarget() {}

  /** Called once before the first input. */
  public static void fuzzerInitialize() throws IOException {
    format = HostileFormat.valueOf(System.getProperty("fuzz.format"));
    file = Files.createTempFile("fuzz", null);
    file.toFile().deleteOnExit();
  }

  /** Called with each input; whatever it throws is a finding. */
  public static void fuzzerTestOneInput(byte[] input) {
    format.bear(input, file);
  }
}
