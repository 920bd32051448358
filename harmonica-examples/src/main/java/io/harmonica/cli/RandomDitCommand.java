package io.harmonica.cli;

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
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "where the checkpoint goes: .safetensors, or .pt as PyTorch writes it")
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
    Outputs.requireKnownFormat(out);
    Outputs.requireFolderOf(out);
    if (Outputs.isTorch(out)) {
      RandomDit.writeTorch(out, config, seed);
    } else {
      RandomDit.writeSafetensors(out, config, seed);
    }
    System.out.printf("%s: %.1f MB%n", out, Files.size(out) / 1e6);
    return 0;
  }
}
