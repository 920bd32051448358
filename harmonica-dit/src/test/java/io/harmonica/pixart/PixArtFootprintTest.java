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
import io.harmonica.diffusion.NoiseSchedule;
import io.harmonica.diffusion.Samplers;
import io.harmonica.kernel.Precision;
import io.harmonica.model.Footprint;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.PlanRequest;
import io.harmonica.policy.IntervalPolicy;
import io.harmonica.text.EncodedCaptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What paper says of PixArt-XL/2 at 1024 pixels, held against two of its 28 blocks, which run at
 * 256 and at 1024 pixels. Takes a minute or two and 2 GB of memory.
 */
@Tag("slow")
final class PixArtFootprintTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final PixArtConfig CONFIG =
      new PixArtConfig(32, 2, 4, 8, 16, 72, 2, 4096, 1, false);
  private static final int STEPS = 2;
  private static final int WORDS = 120;

  @TempDir private Path folder;

  /** What a run took. */
  private record Taken(double seconds, long peak, long cache, Footprint paper, CachePlan plan) {}

  @Test
  void paperIsRightAboutLargerImages() throws IOException {
    assumeTrue(Files.exists(STATUS), "tells a process's memory");
    RandomPixArt.write(folder, CONFIG, TensorType.F32, 500_000_000, 1);
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        LoadedPixArt loaded = PixArtCheckpoint.open(folder, Precision.FLOAT32, manager)) {
      sample(manager, loaded, 32);
      Taken small = sample(manager, loaded, 32);
      Taken large = sample(manager, loaded, 128);
      for (Taken run : new Taken[] {small, large}) {
        assertThat(run.cache())
            .isEqualTo(run.plan().lifetimes().peakBytes(run.paper().featureSize(), 2));
      }
      double grown = (double) large.peak() - small.peak();
      double onPaper = (double) paper(large) - paper(small);
      double slower = large.seconds() / small.seconds();
      double more = (double) large.paper().cost().full() / small.paper().cost().full();
      System.out.printf(
          "PixArt at 1024: %.0f MB more than at 256, on paper %.0f; %.1f times as long, on paper %.1f%n",
          grown / 1e6, onPaper / 1e6, slower, more);
      assertThat(grown / onPaper).as("memory over paper").isBetween(0.5, 1.1);
      assertThat(slower / more).as("time over paper").isBetween(0.4, 2.5);
    }
  }

  private static long paper(Taken run) {
    return run.paper().peakBytes(Precision.FLOAT32, run.plan(), 2);
  }

  /** One image under guidance, whose second step repeats all branches. */
  private static Taken sample(NDManager manager, LoadedPixArt loaded, int latents)
      throws IOException {
    PixArtInput input = new PixArtInput(latents, latents, 8, WORDS);
    try (NDManager scope = manager.newSubManager();
        PixArtModel model = new PixArtModel(scope, CONFIG, input, loaded.weights())) {
      Random random = new Random(3);
      NDArray words = Noise.normal(scope, random, new Shape(2, WORDS, CONFIG.captionChannels()));
      EncodedCaptions asked = new EncodedCaptions(words.get(":1"), scope.ones(new Shape(1, WORDS)));
      EncodedCaptions none = new EncodedCaptions(words.get("1:"), scope.ones(new Shape(1, WORDS)));
      CachePlan plan = new IntervalPolicy(2).plan(PlanRequest.of(STEPS, model.layout()));
      NDArray noise = Noise.normal(scope, random, new Shape(1, 4, latents, latents));
      // Makes the kernel forget the largest size so far.
      Files.writeString(Path.of("/proc/self/clear_refs"), "5");
      long[] cache = new long[1];
      double began = processorSeconds();
      try (GuidedDenoiser guided =
          new GuidedDenoiser(
              scope, model, model.condition(scope, asked, none), new Guidance(4.5, 8))) {
        DenoisingLoop.sample(
            scope,
            guided,
            Samplers.parse("ddim", NoiseSchedule.linear(), STEPS, false, 0),
            plan,
            noise,
            (step, x, bytes) -> cache[0] = Math.max(cache[0], bytes));
      }
      double seconds = processorSeconds() - began;
      return new Taken(seconds, peak(), cache[0], CONFIG.footprint(input), plan);
    }
  }

  /** Says something on a machine with other work, too. */
  private static double processorSeconds() {
    return ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos() / 1e9;
  }

  private static long peak() throws IOException {
    try (Stream<String> lines = Files.lines(STATUS, StandardCharsets.UTF_8)) {
      String line = lines.filter(text -> text.startsWith("VmHWM:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("\\D", "")) << 10;
    }
  }
}
