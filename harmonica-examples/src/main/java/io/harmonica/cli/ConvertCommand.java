package io.harmonica.cli;

import io.harmonica.diffusion.Samplers;
import io.harmonica.router.Router;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Carries routers between this library and the public Python code. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Converts a router to the format of the public Python code, and back; on request gives it"
            + " to another sampler.")
final class ConvertCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "IN",
      description = "a router of either format; its content decides")
  private Path in;

  @Parameters(
      index = "1",
      paramLabel = "OUT",
      description = "where it goes: .safetensors, or for Python .pt or .pth")
  private Path out;

  @Option(
      names = "--sampler",
      paramLabel = "NAME",
      completionCandidates = SamplerNames.class,
      description =
          "make it a router for this sampler, to try whether it serves there:"
              + " ${COMPLETION-CANDIDATES}; it still needs the steps that it was trained for")
  private String sampler;

  @Override
  public Integer call() throws IOException {
    Outputs.requireKnownFormat(out);
    Outputs.requireFolderOf(out);
    Router read = Router.read(in);
    Router scores = sampler == null ? read : read.withSampler(known(sampler));
    if (Files.exists(out) && Files.isSameFile(in, out)) {
      throw new IllegalArgumentException(
          in + " would overwrite itself: give another file to write");
    }
    scores.write(out);
    double tau = scores.provenance().threshold();
    System.out.printf(
        "%s -> %s: %d steps x %d branches, CUR %.1f%% at threshold %s%n",
        in,
        out,
        scores.steps(),
        scores.branches(),
        100 * scores.uncheckedPlan().cacheUtilisation(),
        tau);
    return 0;
  }

  private static String known(String sampler) {
    if (!Samplers.names().contains(sampler)) {
      throw new IllegalArgumentException(
          "--sampler is %s, expected one of %s"
              .formatted(sampler, String.join(", ", Samplers.names())));
    }
    return sampler;
  }
}
