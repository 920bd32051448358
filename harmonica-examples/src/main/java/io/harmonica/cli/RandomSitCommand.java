package io.harmonica.cli;

import io.harmonica.dit.DitConfig;
import io.harmonica.sit.RandomSit;
import io.harmonica.sit.SitCheckpoint;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a SiT's checkpoint with random weights, to measure with. */
@Command(
    name = "random-sit",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Writes a SiT of a public size with random weights, to measure time and memory.")
final class RandomSitCommand implements Callable<Integer> {
  @Option(
      names = "--config-name",
      required = true,
      paramLabel = "NAME",
      description = "SiT-{S,B,L,XL}/{2,4,8}")
  private String name;

  @Mixin private RandomModelOptions options;

  @Override
  public Integer call() throws IOException {
    DitConfig config = SitCheckpoint.named(name, options.latents());
    return options.write(
        (file, seed) -> RandomSit.writeSafetensors(file, config, seed),
        (file, seed) -> RandomSit.writeTorch(file, config, seed));
  }
}
