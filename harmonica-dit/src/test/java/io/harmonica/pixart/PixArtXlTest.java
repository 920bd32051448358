package io.harmonica.pixart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.checkpoint.tensor.TensorType;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.Guidance;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.Sampler;
import io.harmonica.kernel.Precision;
import io.harmonica.model.DiffusersScheduler;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanRequest;
import io.harmonica.policy.IntervalPolicy;
import io.harmonica.text.EncodedCaptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * PixArt-XL/2 for 256 x 256 with random weights in bfloat16: 1.2 GB on disk and again in memory.
 * Prints what it measured.
 */
@Tag("slow")
final class PixArtXlTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final PixArtConfig CONFIG = PixArtConfig.xl2(32);
  private static final PixArtInput INPUT = new PixArtInput(32, 32, 8, 120);
  private static final int STEPS = 4;

  @TempDir private Path folder;

  @Test
  void samplesFromShardsWithinThreeGigabytes() throws IOException {
    assumeTrue(Files.exists(STATUS), "needs Linux to measure memory");
    assumeTrue(Files.getFileStore(folder).getUsableSpace() > 2L << 30, "needs 2 GiB of disk");
    long start = System.nanoTime();
    RandomPixArt.write(folder, CONFIG, TensorType.BF16, 500_000_000, 1);
    long written = System.nanoTime();
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        LoadedPixArt loaded = PixArtCheckpoint.open(folder, Precision.BFLOAT16, manager);
        PixArtModel model = new PixArtModel(manager, loaded.config(), INPUT, loaded.weights())) {
      assertThat(loaded.sha256()).hasSize(4);
      System.out.printf(
          "PixArt-XL/2 bfloat16: written in %.0f s, loaded in %.0f s%n",
          (written - start) / 1e9, (System.nanoTime() - written) / 1e9);
      sample(manager, model, 1);
      double full = sample(manager, model, 1);
      double cached = sample(manager, model, 2);
      long peak = kilobytes("VmHWM:") * 1024;
      System.out.printf(
          "%.2f s a guided step, %.2f s with interval:2, peak resident memory %.2f GB%n",
          full, cached, peak / 1e9);
      assertThat(peak).isLessThan(3_000_000_000L);
    }
  }

  /** Samples one image and returns the seconds a step. */
  private double sample(NDManager manager, PixArtModel model, int interval) throws IOException {
    try (NDManager scope = manager.newSubManager()) {
      Random random = new Random(3);
      NDArray embeddings = Noise.normal(scope, random, new Shape(2, 120, 4096));
      EncodedCaptions asked =
          new EncodedCaptions(embeddings.get(":1"), scope.ones(new Shape(1, 120)));
      EncodedCaptions negative =
          new EncodedCaptions(embeddings.get("1:"), scope.ones(new Shape(1, 120)));
      Sampler sampler = DiffusersScheduler.open(folder).sampler(STEPS, 0);
      CachePlan plan = new IntervalPolicy(interval).plan(PlanRequest.of(STEPS, model.layout()));
      NDArray noise = Noise.normal(scope, random, new Shape(1, 4, 32, 32));
      long[] peak = new long[1];
      long start = System.nanoTime();
      try (GuidedDenoiser guided =
          new GuidedDenoiser(
              scope, model, model.condition(scope, asked, negative), new Guidance(4.5, 8))) {
        NDArray x =
            DenoisingLoop.sample(
                scope,
                guided,
                sampler,
                plan,
                noise,
                (step, now, bytes) -> peak[0] = Math.max(peak[0], bytes));
        for (float value : x.toFloatArray()) {
          assertThat(Float.isFinite(value)).isTrue();
        }
      }
      // 84 branches of 2 x 256 tokens of width 1152 in float32.
      assertThat(peak[0]).isEqualTo(interval == 1 ? 0 : 84L * 2 * 256 * 1152 * 4);
      return (System.nanoTime() - start) / 1e9 / STEPS;
    }
  }

  private static long kilobytes(String name) throws IOException {
    try (Stream<String> lines = Files.lines(STATUS)) {
      String line = lines.filter(text -> text.startsWith(name)).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", ""));
    }
  }
}
