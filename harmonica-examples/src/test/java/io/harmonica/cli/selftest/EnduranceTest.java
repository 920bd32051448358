package io.harmonica.cli.selftest;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.harmonica.cli.sampling.RunnableDit;
import io.harmonica.diffusion.DenoisingLoop;
import io.harmonica.diffusion.GuidedDenoiser;
import io.harmonica.diffusion.Noise;
import io.harmonica.diffusion.RandomStream;
import io.harmonica.diffusion.SamplingSetup;
import io.harmonica.kernel.Precision;
import io.harmonica.plan.CachePlan;
import io.harmonica.policy.IntervalPolicy;
import java.io.IOException;
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

  @Tag("slow")
  @Test
  void aThousandTrajectoriesHoldNoMoreThanAHundred() throws IOException {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        SelfTestModel model = new SelfTestModel(manager, Precision.FLOAT32)) {
      CachePlan plan = model.setup().plan(new IntervalPolicy(2));
      int arrays = 0;
      long settled = 0;
      float[] first = model.sample(plan);
      for (int i = 1; i <= 1000; i++) {
        assertThat(model.sample(plan)).as("trajectory %d", i).isEqualTo(first);
        if (i == 100) {
          arrays = model.arrays();
          settled = resident();
        }
        if (i > 100) {
          assertThat(model.arrays()).as("arrays after trajectory %d", i).isEqualTo(arrays);
        }
      }
      System.out.printf(
          "1,000 trajectories: %d arrays, resident memory %d MiB after 100 and %d after all%n",
          arrays, settled >> 10, resident() >> 10);
      assertThat(resident()).isLessThanOrEqualTo(settled + settled / 10);
    }
  }

  /** KiB that are resident, or 0 where the system does not tell. */
  private static long resident() throws IOException {
    if (!Files.isReadable(STATUS)) {
      return 0;
    }
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  @Test
  void eightThreadsSampleAsEachDoesAlone() throws Exception {
    try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch");
        RunnableDit dit = RunnableDit.bundled(manager)) {
      SamplingSetup setup =
          dit.setup((count, seed) -> dit.sampler("ddpm", count, seed), STEPS, dit.guidance(2));
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
      NDManager manager, RunnableDit dit, SamplingSetup setup, int number) {
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
                  dit.model(),
                  dit.requests(number, 9 - number).conditioning(scope),
                  setup.guidance());
          NDArray sample =
              DenoisingLoop.sample(
                  scope, guided, setup.sampler(number), plan, noise, DenoisingLoop.Listener.NONE)) {
        return sample.toFloatArray();
      }
    }
  }
}
