package io.harmonica.cli;

import io.harmonica.uvit.RandomUvit;
import io.harmonica.uvit.UvitConfig;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a U-ViT's checkpoint with random weights, to measure with. */
@Command(
    name = "random-uvit",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Writes a U-ViT of a public size with random weights, to measure time and memory.")
final class RandomUvitCommand implements Callable<Integer> {
  @Option(
      names = "--config-name",
      required = true,
      paramLabel = "NAME",
      description = "U-ViT-{S,M,L,H}/{2,4}")
  private String name;

  @Mixin private RandomModelOptions options;

  @Override
  public Integer call() throws IOException {
    UvitConfig config = UvitConfig.named(name, options.latents());
    return options.write(
        (file, seed) -> RandomUvit.writeSafetensors(file, config, seed),
        (file, seed) -> RandomUvit.writeTorch(file, config, seed));
  }
}
