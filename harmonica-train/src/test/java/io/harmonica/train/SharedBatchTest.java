package io.harmonica.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.harmonica.work.ModelBench;
import io.harmonica.work.Workers;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A trajectory's batch against its parts, run one by one. */
final class SharedBatchTest {
  private static final int STEPS = 3;
  private static final RouterTrainerConfig CONFIG =
      TinyTraining.BASE.withBatch(2).withMicroBatches(2);
  private static TinyDit dit;

  @BeforeAll
  static void open() {
    dit = new TinyDit();
  }

  @AfterAll
  static void close() {
    dit.close();
  }

  private static ModelBench bench() {
    return ModelBench.of(dit.setup(STEPS), dit.manager);
  }

  private static SharedBatch batch() {
    return new SharedBatch(CONFIG, Workers.here(bench()));
  }

  private static TrainableRouter router() {
    return TrainableRouter.random(STEPS, 4, new Random(6));
  }

  /** The two parts of a trajectory; no other trajectory has one of their numbers. */
  private static List<MicroBatch> parts(int trajectory) {
    return Stream.of(2L * trajectory, 2L * trajectory + 1)
        .map(number -> new MicroBatch(CONFIG.seed(), number, 1))
        .toList();
  }

  private static void assertMean(float[] mean, float[] one, float[] other) {
    assertThat(one).isNotEqualTo(other);
    for (int i = 0; i < mean.length; i++) {
      float expected = (one[i] + other[i]) / 2;
      assertThat(mean[i]).isCloseTo(expected, within(1e-5f * Math.abs(expected)));
    }
  }

  @Test
  void gradientsAreTheMeansOverTheParts() throws IOException {
    float[] ones = new float[STEPS];
    Arrays.fill(ones, 1);
    SdtObjective objective = new SdtObjective(ones, 0.01, 4, 0.5, StudentRule.BLEND);
    for (int trajectory : new int[] {0, 3}) {
      SdtResult result = batch().learn(trajectory, router(), objective);
      List<SdtResult> parts =
          parts(trajectory).stream()
              .map(part -> new SdtPiece(part, router().logits(), objective).run(bench()))
              .toList();
      assertMean(result.error(), parts.get(0).error(), parts.get(1).error());
      assertMean(result.loss(), parts.get(0).loss(), parts.get(1).loss());
      assertThat(result.gradient()[0]).containsOnly(0);
      for (int step = 1; step < STEPS; step++) {
        assertMean(
            result.gradient()[step], parts.get(0).gradient()[step], parts.get(1).gradient()[step]);
      }
    }
  }

  @Test
  void measurementsAreTheMeansOverTheParts() throws IOException {
    ProxyMeasurement result = batch().measure(3, router());
    List<ProxyMeasurement> parts =
        parts(3).stream()
            .map(
                part ->
                    new ProxyPiece(
                            part,
                            router().logits(),
                            CONFIG.proxy(),
                            CONFIG.student(),
                            CONFIG.threshold(),
                            CONFIG.forecast())
                        .run(bench()))
            .toList();
    assertMean(result.imageError(), parts.get(0).imageError(), parts.get(1).imageError());
    assertMean(result.stepError(), parts.get(0).stepError(), parts.get(1).stepError());
    assertThat(result.forwards()).isEqualTo(2 * (STEPS + STEPS * (STEPS - 1) / 2));
  }

  /** First logits beyond the limits are met as they are by the first learned step alone. */
  @Test
  void rowsBehindTheFirstLearnedOneAreClamped() throws IOException {
    float[][] logits = new float[STEPS][4];
    for (float[] row : logits) {
      Arrays.fill(row, 7);
    }
    TrainableRouter router = TrainableRouter.of(logits);
    float[] ones = new float[STEPS];
    Arrays.fill(ones, 1);
    SdtObjective objective = new SdtObjective(ones, 1, 4, 0.5, StudentRule.BLEND);
    SdtResult result = batch().learn(0, router, objective);
    assertThat(router.logits(1)).containsOnly(7);
    assertThat(router.logits(2)).containsOnly(5);
    // The price is of four scores, of which each is the sigmoid of the logit that was met.
    assertThat(result.loss()[1] - result.error()[1])
        .isCloseTo((float) (4 / (1 + Math.exp(-7))), within(1e-5f));
    assertThat(result.loss()[2] - result.error()[2])
        .isCloseTo((float) (4 / (1 + Math.exp(-5))), within(1e-5f));
  }
}
