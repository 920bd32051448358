package io.harmonica.examples.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.examples.sampling.RunnableDit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which model a command runs. */
final class ModelOptions {
  @Option(
      names = "--model",
      paramLabel = "PATH",
      defaultValue = "bundled",
      description = "a DiT checkpoint, or \"bundled\" for the small one inside (${DEFAULT-VALUE})")
  private String model;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "the model's config.json, where the checkpoint does not tell")
  private Path config;

  RunnableDit open(NDManager manager) throws IOException {
    return "bundled".equals(model)
        ? RunnableDit.bundled(manager)
        : RunnableDit.open(manager, Path.of(model), Optional.ofNullable(config));
  }
}
