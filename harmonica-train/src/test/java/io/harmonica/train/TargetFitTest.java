package io.harmonica.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.harmonica.plan.ComputeCost;
import io.harmonica.plan.PlanTarget;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a trained router is made to meet its target, by hand. */
final class TargetFitTest {
  /** Branches cost 1 and 3: the first step 4, what the scores compute beside it 1, 3 and 3. */
  private static final ComputeCost COST = new ComputeCost(0, new long[] {1, 3});

  private static final float[][] LOGITS = {{5, 5}, {1, 3}, {-2, 2}};

  /**
   * Too dear, the lowest scores are given up; what is then left goes to the highest that it pays
   * for. The logits of cells that change sides lie 0.2 from tau, which is at 0; others stay.
   */
  @ParameterizedTest
  @CsvSource({
    "11, 1, 3, -2, 2", // met as it is
    "12, 1, 3, 0.2, 2", // one more
    "10, -0.2, 3, -2, 2", // the lowest score that computes
    "8, 1, 3, -2, -0.2", // two given up, of which the first comes back
    "9, 1, 3, 0.2, -0.2", // and with it a lower one
    "4, -0.2, -0.2, -2, -0.2" // nothing but the first step
  })
  void scoresDecideWhatATargetPaysFor(long total, float a, float b, float c, float d) {
    TrainableRouter fitted =
        new TargetFit(new PlanTarget(COST, total), 0.5).fit(TrainableRouter.of(LOGITS));
    assertThat(fitted.logits(0)).containsExactly(5, 5);
    assertThat(fitted.logits(1)).containsExactly(new float[] {a, b}, within(1e-6f));
    assertThat(fitted.logits(2)).containsExactly(new float[] {c, d}, within(1e-6f));
  }
}
