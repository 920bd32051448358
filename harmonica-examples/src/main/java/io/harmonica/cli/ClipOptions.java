package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.cli.evaluate.ClipJudge;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** By which CLIP images are scored, and what they are to show. */
final class ClipOptions {
  @Option(
      names = "--clip",
      paramLabel = "FOLDER",
      description =
          "also score the images by their prompts, with the CLIP in this folder: config.json,"
              + " model.safetensors and tokenizer.json")
  private Path clip;

  @Option(
      names = "--prompts",
      paramLabel = "FILE",
      description = "what the images show, one a line; fewer prompts than images come in turn")
  private Path prompts;

  /** Opens the model if one is named; the caller closes it. */
  Optional<ClipJudge> open(NDManager manager) throws IOException {
    if ((clip == null) != (prompts == null)) {
      throw new IllegalArgumentException("give --clip FOLDER and --prompts FILE together");
    }
    return clip == null ? Optional.empty() : Optional.of(ClipJudge.open(manager, clip, prompts));
  }
}
