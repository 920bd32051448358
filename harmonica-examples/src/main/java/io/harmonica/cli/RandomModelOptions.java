package io.harmonica.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What checkpoints with random weights have in common. */
final class RandomModelOptions {
  /** An autoencoder's latents are smaller than its images. */
  private static final int DOWNSCALING = 8;

  @Option(
      names = "--size",
      defaultValue = "256",
      description = "height and width of the images (${DEFAULT-VALUE})")
  private int size;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "where the checkpoint goes: .safetensors, or .pt or .pth as PyTorch writes it")
  private Path out;

  @Mixin private WeightsSeedOption seed;

  /** Writes a checkpoint. */
  @FunctionalInterface
  interface Writer {
    void write(Path file, long seed) throws IOException;
  }

  /** Height and width of the latents. */
  int latents() {
    if (size < 1 || size % DOWNSCALING != 0) {
      throw new IllegalArgumentException(
          "--size is " + size + ", expected a multiple of " + DOWNSCALING);
    }
    return size / DOWNSCALING;
  }

  /** Writes in the format that the file's name asks for, and says how large it became. */
  int write(Writer safetensors, Writer torch) throws IOException {
    Outputs.requireKnownFormat(out);
    Outputs.requireFolderOf(out);
    (Outputs.isTorch(out) ? torch : safetensors).write(out, seed.value());
    System.out.printf("%s: %.1f MB%n", out, Files.size(out) / 1e6);
    return 0;
  }
}
