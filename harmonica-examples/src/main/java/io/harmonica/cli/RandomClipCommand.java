package io.harmonica.cli;

import io.harmonica.clip.RandomClip;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a small CLIP with random weights. */
@Command(
    name = "random-clip",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Writes the folder of a small CLIP with random weights, to try evaluate --clip with.")
final class RandomClipCommand implements Callable<Integer> {
  @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "where it goes")
  private Path out;

  @Mixin private WeightsSeedOption seed;

  @Override
  public Integer call() throws IOException {
    Outputs.prepareFolder(out);
    RandomClip.write(out, seed.value());
    System.out.println(out + ": a CLIP of random weights");
    return 0;
  }
}
