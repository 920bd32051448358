package io.harmonica.model;

import io.harmonica.checkpoint.tensor.TensorSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/**
 * A model's configuration as it was found.
 *
 * @param where the file that holds it
 * @param json its text
 */
public record ConfigText(Path where, String json) {
  private static final String METADATA = "config";
  private static final String FAMILY = "family";

  /**
   * Looks for a configuration: the given file, the text {@code config} in the checkpoint's
   * metadata, or {@code config.json} beside the checkpoint.
   *
   * @param given a file that overrules what the model brings
   * @param files the model's files
   * @param checkpoint the open weights
   * @return what was found first
   * @throws IOException if a file is missing or cannot be read
   */
  public static Optional<ConfigText> find(
      Optional<Path> given, ModelFiles files, TensorSource checkpoint) throws IOException {
    if (given.isPresent()) {
      return Optional.of(new ConfigText(given.get(), ModelFiles.readConfig(given.get())));
    }
    String embedded = checkpoint.metadata().getOrDefault(METADATA, "");
    // Other writers use the same key for other things.
    if (embedded.stripLeading().startsWith("{")) {
      return Optional.of(new ConfigText(checkpoint.path(), embedded));
    }
    return files.config().map(json -> new ConfigText(files.configFile().orElseThrow(), json));
  }

  /**
   * Reads the configuration.
   *
   * @param reader makes something of the text
   * @param <T> what it makes
   * @return what it made
   * @throws IllegalArgumentException if the reader throws one; the message names the file
   */
  public <T> T read(Function<String, T> reader) {
    try {
      return reader.apply(json);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(where + ": " + e.getMessage(), e);
    }
  }

  /**
   * Returns what the configuration says of the model's family, which shapes alone may not tell.
   *
   * @return the entry {@code family}, empty if there is none
   * @throws IllegalArgumentException if it is no JSON object or the entry no text
   */
  public String family() {
    return read(text -> ModelJson.parse(text).text(FAMILY, ""));
  }
}
