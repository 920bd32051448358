package io.harmonica.cli;

import io.harmonica.router.Router;
import io.harmonica.train.RouterTrainer.CheckpointPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where a router goes, and where the state of its training is kept until then. */
final class RouterFileOptions {
  @Option(
      names = "--out",
      required = true,
      paramLabel = "ROUTER",
      description =
          "where the router goes: .safetensors, or for the public Python code .pt, which has no"
              + " place for forecasts")
  private Path out;

  @Option(
      names = "--resume",
      description = "go on from ROUTER.checkpoint if an interrupted training left one")
  private boolean resume;

  /** Makes sure, before a training, that its router can be put there. */
  void check() throws IOException {
    Outputs.requireFolderOf(out);
  }

  /** Makes sure that the file has a place for forecasts. */
  void requireForecasts() {
    if (Outputs.isTorch(out)) {
      throw new IllegalArgumentException(
          "--out is %s, but this recipe's routers have forecasts, which the public code does not"
                  .formatted(out)
              + " know: end it in .safetensors, or give --order 0");
    }
  }

  Path out() {
    return out;
  }

  /** How a training saves its state. */
  CheckpointPlan saving(int every) {
    return new CheckpointPlan(checkpoint(), every, resume);
  }

  /** Writes the router, after which the state is of no use. */
  void write(Router router) throws IOException {
    router.write(out);
    Files.deleteIfExists(checkpoint());
  }

  private Path checkpoint() {
    return out.resolveSibling(out.getFileName() + ".checkpoint");
  }
}
