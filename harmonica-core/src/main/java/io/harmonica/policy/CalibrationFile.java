package io.harmonica.policy;

import io.harmonica.checkpoint.safetensors.SafetensorsFile;
import io.harmonica.checkpoint.safetensors.SafetensorsWriter;
import io.harmonica.checkpoint.tensor.MalformedCheckpointException;
import io.harmonica.plan.BranchKind;
import io.harmonica.plan.BranchLayout;
import io.harmonica.plan.ModelFit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the files of all calibrations have in common: they are safetensors files, and their metadata
 * says where they come from. No times and no paths, so that the same measurement gives the same
 * bytes.
 *
 * @param format names the format and its version
 * @param remedy what to do where a file is none
 */
record CalibrationFile(String format, String remedy) {
  private static final String SETTING = "setting.";

  /**
   * Where a calibration comes from.
   *
   * @param fit model and sampler
   * @param layout the model's branches
   * @param settings how it was made, for provenance
   */
  record Origin(ModelFit fit, BranchLayout layout, Map<String, String> settings) {}

  /** Makes what a file holds from its tensors. */
  @FunctionalInterface
  interface Content<T> {
    /**
     * Reads the tensors.
     *
     * @param file the open file
     * @param origin where it comes from
     * @return what it holds
     * @throws IllegalArgumentException if the tensors are wrong
     * @throws IOException if they cannot be read
     */
    T read(SafetensorsFile file, Origin origin) throws IOException;
  }

  /** Begins a file; its tensors are still to be put. */
  SafetensorsWriter begin(Origin origin) {
    BranchLayout layout = origin.layout();
    SafetensorsWriter writer =
        new SafetensorsWriter()
            .metadata("format", format)
            .metadata("model", origin.fit().model())
            .metadata("model_sha256", origin.fit().modelHash())
            .metadata("sampler", origin.fit().sampler())
            .metadata("blocks", Integer.toString(layout.blocks()))
            .metadata(
                "kinds", layout.kinds().stream().map(Enum::name).collect(Collectors.joining(",")));
    origin.settings().forEach((name, value) -> writer.metadata(SETTING + name, value));
    return writer;
  }

  /**
   * Reads a file.
   *
   * @throws MalformedCheckpointException if the file is damaged or of another format
   * @throws IOException if it cannot be read
   */
  <T> T read(Path path, Content<T> content) throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(path)) {
      Map<String, String> metadata = file.metadata();
      if (!format.equals(metadata.get("format"))) {
        throw new IllegalArgumentException("it is no " + format + " file");
      }
      return content.read(file, origin(metadata));
    } catch (IllegalArgumentException e) {
      // The reason may quote the file, which must not command a terminal.
      MalformedCheckpointException failure =
          new MalformedCheckpointException(
              path.toString(),
              String.valueOf(e.getMessage()).replaceAll("\\p{Cntrl}", "?"),
              -1,
              remedy);
      failure.initCause(e);
      throw failure;
    }
  }

  private static Origin origin(Map<String, String> metadata) {
    BranchLayout layout =
        new BranchLayout(
            blocks(text(metadata, "blocks")),
            Arrays.stream(text(metadata, "kinds").split(",")).map(CalibrationFile::kind).toList());
    ModelFit fit =
        new ModelFit(
            text(metadata, "model"), text(metadata, "model_sha256"), text(metadata, "sampler"));
    Map<String, String> settings = new TreeMap<>();
    metadata.forEach(
        (name, value) -> {
          if (name.startsWith(SETTING)) {
            settings.put(name.substring(SETTING.length()), value);
          }
        });
    return new Origin(fit, layout, settings);
  }

  private static int blocks(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "its metadata has blocks \"" + text + "\", expected a whole number", e);
    }
  }

  private static BranchKind kind(String name) {
    return Arrays.stream(BranchKind.values())
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "its metadata has kinds with \"%s\", expected some of %s"
                        .formatted(name, Arrays.toString(BranchKind.values()))));
  }

  private static String text(Map<String, String> metadata, String name) {
    String value = metadata.get(name);
    if (value == null) {
      throw new IllegalArgumentException("its metadata lacks \"" + name + "\"");
    }
    return value;
  }
}
