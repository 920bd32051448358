package io.harmonica.examples.cli;

import io.harmonica.dit.DitConfig;
import io.harmonica.dit.RandomDit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes a checkpoint with random weights, to measure with. */
@Command(
    name = "random-dit",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Writes a DiT of a public size with random weights, to measure time and memory.")
final class RandomDitCommand implements Callable<Integer> {
  /** An autoencoder's latents are smaller than its images. */
  private static final int DOWNSCALING = 8;

  /** A type of file. */
  enum Format {
    SAFETENSORS,
    PT
  }

  @Option(
      names = "--config-name",
      required = true,
      paramLabel = "NAME",
      description = "DiT-{S,B,L,XL}/{2,4,8}")
  private String name;

  @Option(
      names = "--size",
      defaultValue = "256",
      description = "height and width of the images (${DEFAULT-VALUE})")
  private int size;

  @Option(
      names = "--format",
      defaultValue = "safetensors",
      description = "safetensors or pt (${DEFAULT-VALUE})")
  private Format format;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "the checkpoint")
  private Path out;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "the weights' seed (${DEFAULT-VALUE})")
  private long seed;

  @Override
  public Integer call() throws IOException {
    if (size < 1 || size % DOWNSCALING != 0) {
      throw new IllegalArgumentException(
          "--size is " + size + ", expected a multiple of " + DOWNSCALING);
    }
    DitConfig config = DitConfig.named(name, size / DOWNSCALING);
    Outputs.requireFolderOf(out);
    switch (format) {
      case SAFETENSORS -> RandomDit.writeSafetensors(out, config, seed);
      case PT -> RandomDit.writeTorch(out, config, seed);
    }
    System.out.printf("%s: %.1f MB%n", out, Files.size(out) / 1e6);
    return 0;
  }
}
