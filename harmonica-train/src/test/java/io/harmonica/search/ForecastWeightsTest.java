package io.harmonica.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.harmonica.plan.CachePlan;
import io.harmonica.plan.Cell;
import io.harmonica.plan.Forecast;
import io.harmonica.plan.TaylorForecast;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** AdamW along the history's differences, by hand: a first update moves each by its whole step. */
final class ForecastWeightsTest {
  private static final double RATE = 0.1;
  private static final Offset<Float> EXACT = within(1e-5f);

  /** Two branches that compute at the first steps; of the last cell alone there is a gradient. */
  private static CachePlan plan(int computed, Forecast last) {
    return CachePlan.ofSteps(computed + 1, 2, step -> step < computed)
        .forecasting((step, branch, history) -> branch == 1 ? last : Forecast.REUSE);
  }

  private static float[][] gradients(CachePlan plan, float... last) {
    float[][] gradients = new float[plan.steps() * plan.branches()][];
    gradients[gradients.length - 1] = last;
    return gradients;
  }

  private static float[] weights(ForecastWeights weights, int half) {
    CachePlan plan = weights.plan();
    Forecast forecast = plan.forecast(plan.steps() - 1, 1);
    float[] read = new float[forecast.terms()];
    for (int term = 0; term < read.length; term++) {
      read[term] = forecast.weight(half, term);
    }
    return read;
  }

  @Test
  void theNewestOutputAndTheDifferencesMoveAgainstTheirSlopes() {
    CachePlan plan = CachePlan.ofSteps(4, 2, step -> step < 3).forecasting(new TaylorForecast(2));
    ForecastWeights weights = ForecastWeights.of(plan, 1);
    assertThat(weights(weights, 0)).containsExactly(new float[] {2.5f, -2, 0.5f}, EXACT);
    // Slopes along (1), (1, -1) and (1, -2, 1): 1, 1 - 3 and 1 - 6 + 2. A difference's step is
    // twice that of the one before: 0.1, 0.2 and 0.4, against the slope.
    weights.update(gradients(plan, 1, 3, 2), RATE);
    assertThat(weights(weights, 0))
        .containsExactly(
            new float[] {2.5f - 0.1f + 0.2f + 0.4f, -2 - 0.2f - 0.8f, 0.5f + 0.4f}, EXACT);
    assertThat(weights.updates()).isEqualTo(1);
    assertThat(weights.plan().forecast(3, 0))
        .as("no gradient, no change")
        .isEqualTo(plan.forecast(3, 0));
    assertThat(weights.forecasts().get(new Cell(3, 1))).isEqualTo(weights.plan().forecast(3, 1));
    assertThat(weights.forecasts()).hasSize(2);
  }

  @Test
  void laterUpdatesFollowTheMoments() {
    CachePlan plan = plan(1, Forecast.of(2));
    ForecastWeights weights = ForecastWeights.of(plan, 1);
    weights.update(gradients(plan, 1), RATE);
    weights.update(gradients(plan, -0.5f), RATE);
    // m = 0.9 x 0.1 - 0.1 x 0.5 = 0.04, over 1 - 0.9^2 = 0.19; v = 0.99 x 0.01 + 0.01 x 0.25 =
    // 0.0124, over 1 - 0.99^2 = 0.0199: change = 0.1 x 0.2105263 / 0.7893776 = 0.0266699.
    assertThat(weights(weights, 0)).containsExactly(new float[] {2 - 0.1f - 0.0266699f}, EXACT);
  }

  @Test
  void eachHalfFollowsItsOwnGradient() {
    CachePlan plan = plan(2, Forecast.ofHalves(new float[] {1, 0.5f}, new float[] {2, -1}));
    ForecastWeights weights = ForecastWeights.of(plan, 2);
    assertThat(weights.plan()).isEqualTo(plan);
    // Slopes 1 and 1 - 3 of the first half, -1 and -1 + 1 of the second.
    weights.update(gradients(plan, 1, 3, -1, -1), RATE);
    assertThat(weights(weights, 0)).containsExactly(new float[] {1.1f, 0.3f}, EXACT);
    assertThat(weights(weights, 1)).containsExactly(new float[] {2.1f, -1}, EXACT);
  }

  @Test
  void aSavedTrainingGoesOnAsTheOriginal() {
    CachePlan plan = plan(2, Forecast.ofHalves(new float[] {1, 0.5f}, new float[] {2, -1}));
    ForecastWeights original = ForecastWeights.of(plan, 2);
    original.update(gradients(plan, 1, 3, -1, 0.5f), RATE);
    ForecastWeights.State now = original.state();
    ForecastWeights.State saved =
        new ForecastWeights.State(
            now.updates(), now.weights().clone(), now.first().clone(), now.second().clone());
    ForecastWeights copy = ForecastWeights.from(plan, 2, saved);
    assertThat(copy.plan()).isEqualTo(original.plan());
    for (ForecastWeights each : new ForecastWeights[] {original, copy}) {
      each.update(gradients(plan, -0.25f, 2, 4, 1), RATE / 2);
    }
    assertThat(copy.updates()).isEqualTo(2);
    assertThat(copy.plan()).isEqualTo(original.plan());
  }
}
