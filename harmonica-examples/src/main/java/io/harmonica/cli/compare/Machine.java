package io.harmonica.cli.compare;

import ai.djl.Device;
import ai.djl.engine.Engine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/** What a measured time depends on beside the program. */
public final class Machine {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  private Machine() {}

  /** {@return operating system, processor and number of cores of the machine} */
  public static String text() {
    return "%s %s, %s%d cores"
        .formatted(
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            processor(),
            Runtime.getRuntime().availableProcessors());
  }

  /**
   * Describes machine and software.
   *
   * @param device what computes
   * @return descriptions by name
   */
  public static Map<String, String> facts(Device device) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("machine", text());
    facts.put("device", device.toString());
    facts.put("java", System.getProperty("java.version"));
    facts.put("pytorch", Engine.getEngine("PyTorch").getVersion());
    return facts;
  }

  /** The processor's name where the operating system tells it in a file; else nothing. */
  private static String processor() {
    try (Stream<String> lines = Files.lines(PROCESSORS)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip() + ", ")
          .orElse("");
    } catch (IOException | UncheckedIOException e) {
      return "";
    }
  }
}
