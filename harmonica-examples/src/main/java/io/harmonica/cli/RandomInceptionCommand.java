package io.harmonica.cli;

import io.harmonica.inception.RandomInception;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a network that stands in for Inception's. */
@Command(
    name = "random-inception",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Writes an Inception network with random weights, to try evaluate and to measure time and"
            + " memory. Its scores compare with nothing.")
final class RandomInceptionCommand implements Callable<Integer> {
  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE.safetensors",
      description = "where the checkpoint goes")
  private Path out;

  @Mixin private WeightsSeedOption seed;

  @Override
  public Integer call() throws IOException {
    if (!out.toString().endsWith(".safetensors")) {
      throw new IllegalArgumentException(
          "--out is " + out + ", expected a file ending in .safetensors");
    }
    Outputs.requireFolderOf(out);
    RandomInception.write(out, seed.value());
    System.out.printf("%s: %.1f MB%n", out, Files.size(out) / 1e6);
    return 0;
  }
}
