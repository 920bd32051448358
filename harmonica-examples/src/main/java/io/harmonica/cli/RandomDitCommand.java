package io.harmonica.cli;

import io.harmonica.dit.DitConfig;
import io.harmonica.dit.RandomDit;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a DiT's checkpoint with random weights, to measure with. */
@Command(
    name = "random-dit",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Writes a DiT of a public size with random weights, to measure time and memory.")
final class RandomDitCommand implements Callable<Integer> {
  @Option(
      names = "--config-name",
      required = true,
      paramLabel = "NAME",
      description = "DiT-{S,B,L,XL}/{2,4,8}")
  private String name;

  @Mixin private RandomModelOptions options;

  @Override
  public Integer call() throws IOException {
    DitConfig config = DitConfig.named(name, options.latents());
    return options.write(
        (file, seed) -> RandomDit.writeSafetensors(file, config, seed),
        (file, seed) -> RandomDit.writeTorch(file, config, seed));
  }
}
