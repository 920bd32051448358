package io.harmonica.cli.selftest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cli.fashion.BundledDit;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.kernel.Precision;
import io.harmonica.pipeline.DiffusionPipeline;
import io.harmonica.plan.CachePlan;
import io.harmonica.policy.IntervalPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a server does: many trajectories one after the other, and several at a time. */
final class EnduranceTest {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final int STEPS = 4;

  /**
   * Samples in a process of its own. Java's heap is of one size and resident from the start, so
   * that whatever grows was allocated by the engine.
   */
  @Tag("slow")
  @Test
  void aThousandTrajectoriesHoldNoMoreThanAHundred() throws IOException, InterruptedException {
    assumeTrue(Files.isReadable(STATUS), "tells a process's memory");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms128m",
                "-Xmx128m",
                "-XX:+AlwaysPreTouch",
                "-Dai.djl.offline=true",
                "-cp",
                System.getProperty("java.class.path"),
                Server.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .lines()
            .toList();
    lines.forEach(System.out::println);
    assertThat(process.waitFor()).isZero();
    List<long[]> found =
        lines.stream()
            .filter(line -> line.startsWith(Server.MARK))
            .map(line -> line.substring(Server.MARK.length()).split(" ", -1))
            .map(words -> new long[] {Long.parseLong(words[2]), Long.parseLong(words[4])})
            .toList();
    assertThat(found).hasSize(10);
    for (long[] arraysAndMemory : found) {
      assertThat(arraysAndMemory[0]).isEqualTo(found.get(0)[0]);
      assertThat(arraysAndMemory[1]).isLessThanOrEqualTo(found.get(0)[1] * 11 / 10);
    }
  }

  /** Samples a thousand times and tells after every hundredth what it holds. */
  static final class Server {
    static final String MARK = "trajectories ";

    private Server() {}

    public static void main(String[] arguments) throws IOException {
      try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
          SelfTestModel model = new SelfTestModel(manager, Precision.FLOAT32)) {
        CachePlan plan = model.setup().plan(new IntervalPolicy(2));
        float[] first = model.sample(plan);
        for (int i = 1; i <= 1000; i++) {
          assertThat(model.sample(plan)).as("trajectory %d", i).isEqualTo(first);
          if (i % 100 == 0) {
            System.out.printf("%s%d arrays %d MiB %d%n", MARK, i, model.arrays(), resident() >> 10);
          }
        }
      }
    }

    private static long resident() throws IOException {
      return Files.readAllLines(STATUS).stream()
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .sum();
    }
  }

  @Test
  void eightThreadsSampleAsEachDoesAlone() throws Exception {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        DiffusionPipeline dit = BundledDit.pipeline(Device.cpu())) {
      SamplingSetup setup = dit.setup(STEPS, "ddpm").withGuidance(2);
      List<float[]> alone = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        alone.add(sample(manager, dit, setup, i));
      }
      ExecutorService pool = Executors.newFixedThreadPool(8);
      try {
        List<Callable<float[]>> tasks = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          int number = i;
          tasks.add(() -> sample(manager, dit, setup, number));
        }
        List<Future<float[]>> together = pool.invokeAll(tasks);
        for (int i = 0; i < 8; i++) {
          assertThat(together.get(i).get()).as("thread %d", i).isEqualTo(alone.get(i));
          assertThat(alone.get(i)).isNotEqualTo(alone.get((i + 1) % 8));
        }
      } finally {
        pool.shutdownNow();
      }
    }
  }

  /** A trajectory whose plan, labels and noise come from its number. */
  private static float[] sample(
      NDManager manager, DiffusionPipeline dit, SamplingSetup setup, int number) {
    SplittableRandom random = new SplittableRandom(number);
    CachePlan plan =
        CachePlan.of(
            STEPS, setup.layout().branches(), (step, branch) -> step == 0 || random.nextBoolean());
    try (NDManager scope = manager.newSubManager()) {
      NDArray noise =
          Noise.normal(
              scope, RandomStream.SAMPLE.random(number, 0), new Shape(2).addAll(setup.sample()));
      try (GuidedDenoiser guided =
              new GuidedDenoiser(
                  scope,
                  setup.denoiser(),
                  dit.model().labels(number, 9 - number).conditioning(scope),
                  setup.guidance());
          NDArray sample =
              DenoisingLoop.sample(
                  scope, guided, setup.sampler(number), plan, noise, DenoisingLoop.Listener.NONE)) {
        return sample.toFloatArray();
      }
    }
  }
}
