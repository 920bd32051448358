package io.harmonica.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Plans with forecasts, worked by hand. */
final class ForecastPlanTest {
  /** Two branches over six steps, which compute at 0, 2, 4 and at 0, 1, 3. */
  private static final CachePlan PLAN =
      CachePlanTest.plan("##", ".#", "#.", ".#", "#.", "..")
          .forecasting(
              (step, branch, history) ->
                  branch == 1 && step == 4
                      ? Forecast.of(2, -1)
                      : new TaylorForecast(2).forecast(step, branch, history));

  @Test
  void theRuleIsAskedOnceForEachCellThatIsNotComputedWithItsHistory() {
    List<String> asked = new ArrayList<>();
    CachePlanTest.plan("##", ".#", "#.", "..")
        .forecasting(
            (step, branch, history) -> {
              asked.add(step + "/" + branch + " " + Arrays.toString(history));
              return Forecast.REUSE;
            });
    assertThat(asked)
        .containsExactlyInAnyOrder("1/0 [0]", "3/0 [2, 0]", "2/1 [1, 0]", "3/1 [1, 0]");
  }

  @Test
  void ordersStartLowAndGrow() {
    assertThat(PLAN.forecast(1, 0)).isEqualTo(Forecast.REUSE);
    assertThat(PLAN.forecast(3, 0)).isEqualTo(Forecast.of(1.5f, -0.5f));
    assertThat(PLAN.forecast(5, 0)).isEqualTo(Forecast.of(1.625f, -0.75f, 0.125f));
    assertThat(PLAN.forecast(2, 1)).isEqualTo(Forecast.of(2, -1));
    assertThat(PLAN.forecast(4, 1))
        .as("computed between two forecasts")
        .isEqualTo(Forecast.of(2, -1));
    assertThat(PLAN.mostTerms()).isEqualTo(3);
    assertThat(PLAN.halves()).isEqualTo(1);
    assertThat(PLAN.repeats()).isFalse();
  }

  @Test
  void drawingTellsForecastsFromRepeats() {
    assertThat(PLAN).hasToString("##\n.#\n#~\n~#\n#~\n~~\n");
  }

  @Test
  void historyIsNewestFirst() {
    assertThat(PLAN.history(5, 0)).containsExactly(4, 2, 0);
    assertThat(PLAN.history(4, 0)).containsExactly(2, 0);
    assertThat(PLAN.history(3, 1)).containsExactly(1, 0);
    assertThat(PLAN.history(0, 0)).isEmpty();
  }

  @Test
  void lifetimesFollowTheForecasts() {
    FeatureLifetimes lifetimes = PLAN.lifetimes();
    assertThat(lifetimes.capacity(0)).isEqualTo(3);
    assertThat(lifetimes.end(0)).isEqualTo(5);
    assertThat(lifetimes.keeps(0, 0)).isTrue();
    assertThat(lifetimes.keeps(1, 0)).as("not computed").isFalse();
    assertThat(lifetimes.keeps(4, 0)).isTrue();
    // Branch 1 takes 1 and 0, then 3 and 1, and at last all three.
    assertThat(lifetimes.capacity(1)).isEqualTo(3);
    assertThat(lifetimes.peak()).isEqualTo(6);
    assertThat(lifetimes.peakRepeated()).isZero();
    assertThat(lifetimes.peakBytes(10, 4)).isEqualTo(6 * 10 * 4 * 4);
  }

  @Test
  void whatIsLaterLeftAloneNeedsNoRoom() {
    // The first two outputs are taken by nobody: the block begins at step 2.
    CachePlan plan =
        CachePlanTest.plan("##", "##", "#.", "#.", ".#")
            .forecasting(
                (step, branch, history) -> branch == 0 ? Forecast.of(2, -1) : Forecast.REUSE);
    assertThat(plan.lifetimes().keeps(0, 0)).isFalse();
    assertThat(plan.lifetimes().keeps(2, 0)).isTrue();
    assertThat(plan.lifetimes().capacity(0)).isEqualTo(2);
    assertThat(plan.lifetimes().capacity(1)).isZero();
    assertThat(plan.lifetimes().peakRepeated()).isEqualTo(1);
    assertThat(plan.lifetimes().peak()).isEqualTo(3);
    CachePlan apart =
        CachePlanTest.plan("##", "#.", "##", "##", ".#")
            .forecasting(
                (step, branch, history) -> branch == 0 ? Forecast.of(2, -1) : Forecast.REUSE);
    assertThat(apart.lifetimes().peak()).as("never together").isEqualTo(2);
  }

  @Test
  void switchedCellsChangeSidesAndForecastsAreMadeAnew() {
    CachePlan other = PLAN.switched(List.of(new Cell(2, 0), new Cell(5, 1)), new TaylorForecast(1));
    assertThat(other).hasToString("##\n.#\n.~\n.#\n#~\n~#\n");
    assertThat(other.forecast(5, 0)).isEqualTo(Forecast.of(1.25f, -0.25f));
    assertThat(PLAN).as("is left alone").hasToString("##\n.#\n#~\n~#\n#~\n~~\n");
    assertThat(other.computes(new Cell(5, 1))).isTrue();
    assertThat(other.computes(new Cell(2, 0))).isFalse();
  }

  @Test
  void cellsThatCannotChangeAreRefused() {
    assertThatThrownBy(() -> PLAN.switched(List.of(new Cell(0, 1)), ForecastRule.REUSE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("step 0 computes everything");
    // Without a check this would be a cell of the next row.
    assertThatThrownBy(() -> PLAN.switched(List.of(new Cell(1, 2)), ForecastRule.REUSE))
        .isInstanceOf(IndexOutOfBoundsException.class)
        .hasMessageContaining("step 1, branch 2");
    assertThatThrownBy(() -> PLAN.switched(List.of(new Cell(6, 0)), ForecastRule.REUSE))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void moreHistoryThanThereIsIsRefused() {
    assertThatThrownBy(() -> PLAN.forecasting((step, branch, history) -> Forecast.of(2, -1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("step 1, branch 0 takes 2 outputs")
        .hasMessageContaining("computed 1 times");
  }

  @Test
  void computedCellsHaveNoForecast() {
    assertThatThrownBy(() -> PLAN.forecast(2, 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("step 2 computes branch 0");
    assertThatThrownBy(() -> PLAN.forecast(1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void equalityAndFingerprintGoByEveryWeight() {
    CachePlan plain = PLAN.forecasting(ForecastRule.REUSE);
    CachePlan scaled = plain.forecasting((step, branch, history) -> Forecast.of(0.5f));
    CachePlan other = plain.forecasting((step, branch, history) -> Forecast.of(0.25f));
    assertThat(scaled).isNotEqualTo(plain).isNotEqualTo(other);
    assertThat(scaled).hasToString(other.toString());
    assertThat(scaled.fingerprint()).isNotEqualTo(other.fingerprint());
    assertThat(plain.fingerprint()).isEqualTo(plain.toString()).isNotEqualTo(scaled.fingerprint());
    CachePlan same = plain.forecasting((step, branch, history) -> Forecast.of(0.5f));
    assertThat(same).isEqualTo(scaled).hasSameHashCodeAs(scaled);
    assertThat(same.fingerprint()).isEqualTo(scaled.fingerprint());
    assertThat(plain.forecasting((step, branch, history) -> Forecast.of(1))).isEqualTo(plain);
  }

  @Test
  void onePairOfHalvesMakesItAPlanOfHalves() {
    CachePlan plan =
        CachePlanTest.plan("##", "..", "..")
            .forecasting(
                (step, branch, history) ->
                    step == 2 && branch == 1
                        ? Forecast.ofHalves(new float[] {1}, new float[] {0.5f})
                        : Forecast.REUSE);
    assertThat(plan.halves()).isEqualTo(2);
    assertThat(plan.mostTerms()).isEqualTo(1);
    assertThat(plan).hasToString("##\n..\n.~\n");
    CachePlan full = CachePlanTest.plan("##", "##");
    assertThat(full.halves()).isEqualTo(1);
    assertThat(full.mostTerms()).isZero();
  }
}
