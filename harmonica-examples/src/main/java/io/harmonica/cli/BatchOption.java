package io.harmonica.cli;

import io.harmonica.pipeline.ImageRequest;
import picocli.CommandLine.Option;

/** How many samples run at once. */
final class BatchOption {
  private static final String AUTO = "auto";

  @Option(
      names = "--batch",
      paramLabel = "N|auto",
      defaultValue = "16",
      description =
          "samples at once; auto takes what fits into half of the free memory, so that another run"
              + " may round differently (${DEFAULT-VALUE})")
  private String text;

  /** Refuses what is neither a number nor auto. */
  void check() {
    if (!AUTO.equals(text) && !text.matches("[1-9]\\d{0,5}")) {
      throw new IllegalArgumentException(
          "--batch is " + text + ", expected a whole number of at least 1, or auto");
    }
  }

  ImageRequest apply(ImageRequest request) {
    return AUTO.equals(text) ? request.automaticBatch() : request.batch(Integer.parseInt(text));
  }
}
