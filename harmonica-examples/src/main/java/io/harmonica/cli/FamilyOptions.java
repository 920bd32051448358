package io.harmonica.cli;

import io.harmonica.pipeline.PipelineOptions;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** What a model's files may not tell of it. */
final class FamilyOptions {
  @Option(
      names = "--family",
      paramLabel = "NAME",
      completionCandidates = FamilyNames.class,
      description =
          "${COMPLETION-CANDIDATES}, where the files do not tell: a SiT has the tensors of a DiT")
  private String family;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "the model's config.json, where the checkpoint does not tell")
  private Path config;

  /** The family's name, or null. */
  String family() {
    return family;
  }

  /** The configuration's file, or null. */
  Path config() {
    return config;
  }

  /** How a model is opened that is described so. */
  PipelineOptions options() {
    PipelineOptions options = PipelineOptions.defaults();
    options = family == null ? options : options.family(family);
    return config == null ? options : options.config(config);
  }
}
