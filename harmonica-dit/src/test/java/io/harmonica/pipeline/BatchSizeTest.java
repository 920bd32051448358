package io.harmonica.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.harmonica.diffusion.SamplingSetup;
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
  void aSmallModelFitsWellAndAnUnknownOneIsRunAsUsual() throws IOException {
    try (DiffusionPipeline pipeline = DiffusionPipeline.open(TinyModels.dit())) {
      // 4 x 4 tokens of 64 numbers.
      long featureSize = pipeline.model().featureSize();
      assertThat(featureSize).isEqualTo(16 * 64);
      CachePlan plan = CachePlan.ofSteps(4, 8, step -> step % 2 == 0);
      SamplingSetup setup = pipeline.setup(4);
      Device device = pipeline.manager().getDevice();
      assertThat(BatchSize.fitting(device, setup, plan, featureSize)).isGreaterThan(16);
      // What a model of unknown features takes is not known either.
      assertThat(BatchSize.fitting(device, setup, plan, 0)).isEqualTo(16);
    }
  }
}
