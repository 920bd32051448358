package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import io.harmonica.kernel.Precision;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.pipeline.ImageRequest;
import io.harmonica.pipeline.Images;
import io.harmonica.pipeline.PipelineOptions;
import io.harmonica.plan.CachePlan;
import io.harmonica.plan.CachePolicy;
import io.harmonica.policy.FullPolicy;
import io.harmonica.router.Router;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Loads a model, samples two images with it in full and with a router, in turn, and prints time and
 * memory, with the sampler and guidance that its family is used with. The arguments: model,
 * precision, router, rounds.
 */
final class FullSizeRun {
  /** What a figure's line begins with. */
  static final String MARK = "figure ";

  private static final int IMAGES = 2;

  /** What a trajectory took by the wall's clock and by the processor's. */
  private record Times(double seconds, double processor) {}

  private FullSizeRun() {}

  public static void main(String[] args) throws IOException {
    Router router = Router.read(Path.of(args[2]));
    int rounds = Integer.parseInt(args[3]);
    try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
      manager.create(1f).close(); // the engine is there
      long began = System.nanoTime();
      Precision precision = Precision.valueOf(args[1].toUpperCase(Locale.ROOT));
      PipelineOptions options = PipelineOptions.defaults().precision(precision);
      try (DiffusionPipeline pipeline = DiffusionPipeline.open(Path.of(args[0]), options)) {
        print("load_seconds", (System.nanoTime() - began) / 1e9);
        print("load_peak", (double) peakMemory());
        print("sum", sum(sample(pipeline, new FullPolicy(), 1)));
        if (rounds > 0) {
          compare(pipeline, router.withThreshold(0.1), rounds);
        }
      }
    }
  }

  private static void compare(DiffusionPipeline pipeline, Router router, int rounds)
      throws IOException {
    int steps = router.steps();
    List<Times> fullTimes = new ArrayList<>();
    List<Times> routedTimes = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      Images first = measured("full", pipeline, new FullPolicy(), steps, fullTimes);
      Images second = measured("routed", pipeline, router, steps, routedTimes);
      if (round == 0) {
        print("full_sum", sum(first));
        print("routed_sum", sum(second));
        print("cache_bytes", (double) second.peakCacheBytes());
      }
    }
    CachePlan routed = pipeline.setup(steps).plan(router);
    print("measured", best(fullTimes).seconds() / best(routedTimes).seconds());
    print("measured_processor", best(fullTimes).processor() / best(routedTimes).processor());
    print("theoretical", pipeline.setup(steps).cost().speedup(routed));
    print("cur", routed.cacheUtilisation());
    // After a step the cache holds what the next one reuses.
    int held = IntStream.range(0, steps).map(routed::reused).max().orElseThrow();
    long feature = 2 * IMAGES * pipeline.model().featureSize();
    print("planned_bytes", (double) (held * feature * Float.BYTES));
  }

  private static Images measured(
      String name, DiffusionPipeline pipeline, CachePolicy policy, int steps, List<Times> times)
      throws IOException {
    // Makes the kernel forget the largest size so far.
    Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    double began = processorSeconds();
    Images images = sample(pipeline, policy, steps);
    Times taken = new Times(images.seconds(), processorSeconds() - began);
    times.add(taken);
    int round = times.size();
    print(name + "_seconds_per_step_" + round, taken.seconds() / steps);
    print(name + "_processor_per_step_" + round, taken.processor() / steps);
    print(name + "_peak_" + round, (double) peakMemory());
    return images;
  }

  private static Times best(List<Times> times) {
    return new Times(
        times.stream().mapToDouble(Times::seconds).min().orElseThrow(),
        times.stream().mapToDouble(Times::processor).min().orElseThrow());
  }

  /** Of all cores together: says something on a machine with other work, too. */
  private static double processorSeconds() {
    Duration all = ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    return all.toNanos() / 1e9;
  }

  private static Images sample(DiffusionPipeline pipeline, CachePolicy policy, int steps)
      throws IOException {
    return pipeline.sample(ImageRequest.labels(207, 360).steps(steps).cache(policy).latentsOnly());
  }

  private static double sum(Images images) {
    double sum = 0;
    for (float[] values : images.latents()) {
      for (float value : values) {
        sum += value;
      }
    }
    return sum;
  }

  private static long peakMemory() throws IOException {
    String line =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(text -> text.startsWith("VmHWM:"))
            .findFirst()
            .orElseThrow();
    return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
  }

  private static void print(String name, double value) {
    System.out.println(MARK + name + "=" + value);
  }
}
