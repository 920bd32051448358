package io.harmonica.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No two purposes draw the same numbers. */
final class RandomStreamTest {
  private static final int NUMBERS = 100_000;

  /** What a purpose draws first in each of its streams. */
  private static LongStream firstDraws(RandomStream purpose, long seed) {
    return LongStream.rangeClosed(0, NUMBERS)
        .map(number -> purpose.random(seed, number).nextLong());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -7, Long.MAX_VALUE})
  void noTwoStreamsAreShared(long seed) {
    long[] draws =
        Stream.of(RandomStream.values())
            .flatMapToLong(purpose -> firstDraws(purpose, seed))
            .sorted()
            .toArray();
    assertThat(draws).hasSize(RandomStream.values().length * (NUMBERS + 1));
    assertThat(Arrays.stream(draws).distinct().count()).isEqualTo(draws.length);
  }

  /**
   * Every recorded result hangs on these numbers. They were worked out by another program, from the
   * published constants of SplitMix64 and of Java's generator.
   */
  @Test
  void drawsAreThoseOfAllRecordedRuns() {
    Map<RandomStream, Long> draws = new EnumMap<>(RandomStream.class);
    for (RandomStream purpose : RandomStream.values()) {
      draws.put(purpose, purpose.random(7, 3).nextLong());
    }
    assertThat(draws)
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                RandomStream.SAMPLE, 8172123828784839633L,
                RandomStream.FIRST_LOGITS, 6347912350328175244L,
                RandomStream.CALIBRATION, -2193671712504236750L,
                RandomStream.TRAINING, -7139681968535291882L,
                RandomStream.ADDED_NOISE, -5640170444172818579L,
                RandomStream.BATCH, 5811060620621399662L,
                RandomStream.REQUESTS, 8151444328037891473L));
  }

  @Test
  void aStreamIsTheSameEachTimeAndAnotherForAnotherSeed() {
    for (RandomStream purpose : RandomStream.values()) {
      long draw = purpose.random(3, 5).nextLong();
      assertThat(purpose.random(3, 5).nextLong()).as(purpose.name()).isEqualTo(draw);
      assertThat(purpose.random(4, 5).nextLong()).as(purpose.name()).isNotEqualTo(draw);
    }
  }

  /**
   * Step k of a stochastic sampler once drew from stream -1 - k, and calibration batch n from -2 -
   * n: the noise added at step 1 was the first batch's x_T.
   */
  @Test
  void addedNoiseIsNotThatOfACalibrationBatch() {
    Shape shape = new Shape(2, 1, 2, 2);
    StepNoise added = StepNoise.seeded(9);
    try (NDManager manager = NDManager.newBaseManager()) {
      for (int step = 0; step < 20; step++) {
        NDArray drawn = added.draw(manager, step, shape);
        for (int batch = 0; batch < 20; batch++) {
          NDArray noise = Noise.normal(manager, RandomStream.CALIBRATION.random(9, batch), shape);
          assertThat(drawn.toFloatArray())
              .as("step %d, batch %d", step, batch)
              .isNotEqualTo(noise.toFloatArray());
        }
      }
    }
  }

  @Test
  void batchesHaveSeedsOfTheirOwnAndTheFirstKeepsTheRuns() {
    assertThat(RandomStream.batchSeed(5, 0)).isEqualTo(5);
    long[] seeds = LongStream.range(0, 1000).map(i -> RandomStream.batchSeed(5, (int) i)).toArray();
    assertThat(seeds).doesNotHaveDuplicates();
  }
}
