package io.harmonica.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.kernel.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * T5-XXL's encoder with random weights in bfloat16: 9.5 GB on disk and again in memory. Prints what
 * it measured.
 */
@Tag("slow")
final class T5XxlTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final long ROOM = 10L << 30;
  private static final int TOKENS = 120;

  @TempDir private Path folder;

  @Test
  void fitsInTwelveGigabytes() throws IOException {
    assumeTrue(Files.exists(STATUS), "needs Linux to measure memory");
    assumeTrue(Files.getFileStore(folder).getUsableSpace() > ROOM, "needs 10 GiB of disk");
    assumeTrue(kilobytes(Path.of("/proc/meminfo"), "MemAvailable:") > 14L << 20, "needs 14 GiB");
    long start = System.nanoTime();
    RandomT5.write(folder, T5Config.xxl(), TensorType.BF16, 0, RandomT5.SHARD_BYTES);
    long written = System.nanoTime();
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        T5Encoder encoder = T5Encoder.open(folder, Precision.BFLOAT16, manager)) {
      long loaded = System.nanoTime();
      int[] ids = new int[TOKENS];
      Arrays.setAll(ids, i -> i < TOKENS - 1 ? 100 + 37 * i : 1);
      List<CaptionTokens> caption = List.of(new CaptionTokens(ids, TOKENS, ""));
      float[] first = encode(encoder, manager, caption);
      long once = System.nanoTime();
      float[] second = encode(encoder, manager, caption);
      long twice = System.nanoTime();
      long peak = kilobytes(STATUS, "VmHWM:");
      System.out.printf(
          "T5-XXL bfloat16: written in %.0f s, loaded in %.0f s, 120 tokens in %.1f s, again in"
              + " %.1f s, peak resident memory %.2f GB%n",
          (written - start) / 1e9,
          (loaded - written) / 1e9,
          (once - loaded) / 1e9,
          (twice - once) / 1e9,
          peak * 1024 / 1e9);
      assertThat(second).isEqualTo(first);
      for (float value : first) {
        assertThat(Float.isFinite(value)).isTrue();
      }
      assertThat(peak * 1024).isLessThan(12_000_000_000L);
    }
  }

  private static float[] encode(T5Encoder encoder, NDManager manager, List<CaptionTokens> caption) {
    try (NDArray vectors = encoder.encode(manager, caption)) {
      assertThat(vectors.getShape()).isEqualTo(new Shape(1, TOKENS, 4096));
      return vectors.toFloatArray();
    }
  }

  private static long kilobytes(Path file, String name) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      String line = lines.filter(text -> text.startsWith(name)).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", ""));
    }
  }
}
