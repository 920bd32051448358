package io.harmonica.cli;

import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.pixart.PixArtConfig;
import io.harmonica.pixart.RandomPixArt;
import io.harmonica.text.RandomT5;
import io.harmonica.text.T5Config;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Writes a PixArt-XL/2 with random weights, to measure with. */
@Command(
    name = "random-pixart",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Writes the transformer and scheduler of a PixArt-XL/2 pipeline with random weights, and a"
            + " T5-XXL if asked for, to measure time and memory.")
final class RandomPixArtCommand implements Callable<Integer> {
  private static final int DOWNSCALING = 8;

  @Option(
      names = "--size",
      defaultValue = "256",
      description = "height and width of the images: 256, 512 or 1024 (${DEFAULT-VALUE})")
  private int size;

  @Option(
      names = "--type",
      defaultValue = "f32",
      description = "how weights are stored: f32, f16 or bf16 (${DEFAULT-VALUE})")
  private TensorType type;

  @Option(
      names = "--shard",
      paramLabel = "MB",
      defaultValue = "2000",
      description = "the most that a file of weights takes (${DEFAULT-VALUE})")
  private int shard;

  @Option(names = "--text-encoder", description = "write a T5-XXL too, as bfloat16: 9.5 GB more")
  private boolean textEncoder;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "the pipeline")
  private Path out;

  @Mixin private WeightsSeedOption seed;

  @Override
  public Integer call() throws IOException {
    if (size < DOWNSCALING || size % (2 * DOWNSCALING) != 0) {
      throw new IllegalArgumentException(
          "--size is " + size + ", expected a multiple of " + 2 * DOWNSCALING);
    }
    if (shard < 1) {
      throw new IllegalArgumentException("--shard is " + shard + ", expected at least 1");
    }
    if (!Set.of(TensorType.F32, TensorType.F16, TensorType.BF16).contains(type)) {
      throw new IllegalArgumentException(
          "--type is " + type.name().toLowerCase(Locale.ROOT) + ", expected f32, f16 or bf16");
    }
    Outputs.prepareFolder(out);
    RandomPixArt.write(
        out, PixArtConfig.xl2(size / DOWNSCALING), type, shard * 1_000_000L, seed.value());
    if (textEncoder) {
      RandomT5.write(
          out.resolve("text_encoder"),
          T5Config.xxl(),
          TensorType.BF16,
          seed.value(),
          RandomT5.SHARD_BYTES);
    }
    System.out.println(out + ": transformer and scheduler" + (textEncoder ? ", text encoder" : ""));
    return 0;
  }
}
