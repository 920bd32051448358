package io.harmonica.cli.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import io.harmonica.plan.CachePlan;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Batches by memory. */
final class BatchSizeTest {

  @ParameterizedTest
  @CsvSource({"0, 1, 1", "100, 100, 1", "1000, 100, 5", "1099, 100, 5", "1000000, 100, 64"})
  void halfOfTheFreeMemory(long free, long each, int expected) {
    assertThat(BatchSize.of(free, each)).isEqualTo(expected);
  }

  @Test
  void bundledModelFitsWell() throws IOException {
    try (NDManager manager = NDManager.newBaseManager("PyTorch");
        RunnableDit dit = RunnableDit.bundled(manager)) {
      // 7 x 7 tokens of 96 numbers.
      assertThat(dit.featureSize()).isEqualTo(49 * 96);
      BatchSampler run = new BatchSampler(dit, dit.sampler("ddim", 4, 0), dit.guidance(1.5));
      CachePlan plan = CachePlan.ofSteps(4, 20, step -> step % 2 == 0);
      assertThat(BatchSize.fitting(manager.getDevice(), run, plan)).isGreaterThan(16);
    }
  }
}
