package io.harmonica.cli;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cli.sampling.BatchSampler;
import io.harmonica.cli.sampling.NoiseSource;
import io.harmonica.diffusion.Sampler;
import io.harmonica.dit.RunnableDit;
import io.harmonica.kernel.Precision;
import io.harmonica.plan.CachePlan;
import io.harmonica.router.Router;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Loads a model, samples two images with it in full and with a router, in turn, and prints time and
 * memory. The arguments: model, precision, router, rounds.
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
      try (RunnableDit dit =
          RunnableDit.open(manager, Path.of(args[0]), Optional.empty(), precision)) {
        print("load_seconds", (System.nanoTime() - began) / 1e9);
        print("load_peak", (double) peakMemory());
        CachePlan one = CachePlan.ofSteps(1, dit.model().layout().branches(), step -> true);
        print("sum", sum(sample(manager, dit, one)));
        if (rounds > 0) {
          compare(manager, dit, new RouterPolicy(router, 0.1), router.steps(), rounds);
        }
      }
    }
  }

  private static void compare(
      NDManager manager, RunnableDit dit, RouterPolicy policy, int steps, int rounds)
      throws IOException {
    CachePlan full = CachePlan.ofSteps(steps, dit.model().layout().branches(), step -> true);
    CachePlan routed = policy.plan(steps, dit.model().layout());
    List<Times> fullTimes = new ArrayList<>();
    List<Times> routedTimes = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      BatchSampler.Samples first = measured("full", manager, dit, full, fullTimes);
      BatchSampler.Samples second = measured("routed", manager, dit, routed, routedTimes);
      if (round == 0) {
        print("full_sum", sum(first));
        print("routed_sum", sum(second));
        print("cache_bytes", (double) second.peakCacheBytes());
      }
    }
    print("measured", best(fullTimes).seconds() / best(routedTimes).seconds());
    print("measured_processor", best(fullTimes).processor() / best(routedTimes).processor());
    print("theoretical", dit.model().cost().speedup(routed));
    print("cur", routed.cacheUtilisation());
    Shape tokens =
        new Shape(2 * IMAGES, dit.model().config().tokens(), dit.model().config().hiddenSize());
    // After a step the cache holds what the next one reuses.
    int held = IntStream.range(0, steps).map(routed::reused).max().orElseThrow();
    print("planned_bytes", (double) (held * tokens.size() * Float.BYTES));
  }

  private static BatchSampler.Samples measured(
      String name, NDManager manager, RunnableDit dit, CachePlan plan, List<Times> times)
      throws IOException {
    // Makes the kernel forget the largest size so far.
    Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    double began = processorSeconds();
    BatchSampler.Samples samples = sample(manager, dit, plan);
    Times taken = new Times(samples.seconds(), processorSeconds() - began);
    times.add(taken);
    int round = times.size();
    print(name + "_seconds_per_step_" + round, taken.seconds() / plan.steps());
    print(name + "_processor_per_step_" + round, taken.processor() / plan.steps());
    print(name + "_peak_" + round, (double) peakMemory());
    return samples;
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

  private static BatchSampler.Samples sample(NDManager manager, RunnableDit dit, CachePlan plan) {
    Sampler sampler = dit.sampler("ddim", plan.steps(), 0);
    float[][] noise = NoiseSource.seeded(0, 0, IMAGES, dit.sampleShape());
    return new BatchSampler(dit, sampler, dit.guidance(1.5))
        .sample(manager, plan, dit.requests(207, 360), noise);
  }

  private static double sum(BatchSampler.Samples samples) {
    double sum = 0;
    for (float[] values : samples.values()) {
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
