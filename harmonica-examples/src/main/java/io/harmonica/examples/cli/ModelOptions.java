package io.harmonica.examples.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.examples.sampling.RunnableDit;
import io.harmonica.kernel.Precision;
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

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      defaultValue = "float32",
      description =
          "what matrices are multiplied in: float32, bfloat16 or float16 (${DEFAULT-VALUE})")
  private Precision precision;

  /** Tells whether it is the model that the examples ship. */
  boolean bundled() {
    return "bundled".equals(model);
  }

  RunnableDit open(NDManager manager) throws IOException {
    return bundled()
        ? RunnableDit.bundled(manager, precision)
        : RunnableDit.open(manager, Path.of(model), Optional.ofNullable(config), precision);
  }
}
